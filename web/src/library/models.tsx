import type { Answer } from '../answers.ts';
import type { Model, ModelsMessage } from '../../../src/server/messages.ts';
import { decimals, whole } from '../format.ts';
import { Plot, type Line } from '../plot.tsx';
import { Card, ColumnNames, Facts, ProblemCard, Shelf } from './shelf.tsx';

export function Models({ answer }: { readonly answer: Answer<ModelsMessage> }) {
  return (
    <Shelf<ModelsMessage>
      title="Models"
      about="Errors are measured on held-out play: how far from the predicted place a point that moved ends up, in pixels of the model's frames."
      answer={answer}
      first="npx foresight train --data data/play --out models/mine"
      cards={({ models, problems }) => [
        ...models.map((model) => <ModelCard key={model.name} {...model} />),
        ...problems.map((problem) => <ProblemCard key={problem.name} {...problem} />),
      ]}
    />
  );
}

function ModelCard(model: Model) {
  const { name, network, frame, rig, dataset, episodes, dataMinutes, steps, trainingMinutes } = model;
  return (
    <Card title={name}>
      <Facts
        named={{
          Network: `${network}, frames of ${frame.width} × ${frame.height}`,
          Data: `${decimals(dataMinutes, 0)} minutes of play, ${whole(episodes)} episodes (${dataset}, rig ${rig})`,
          Training: `${whole(steps)} steps in ${decimals(trainingMinutes, 1)} minutes`,
          'Held-out frames': `PSNR ${decimals(model.psnrDb, 1)} dB, SSIM ${decimals(model.ssim, 3)}`,
        }}
      />
      <ErrorTable errors={model.errors} />
      <TrainingCurves models={[model]} />
      <HeldOut {...model} />
    </Card>
  );
}

/** Loss, likeness and error as training went, of one checkpoint or of several. */
export function TrainingCurves({ models }: { readonly models: readonly Model[] }) {
  const alone = models.length === 1;
  const lines = (value: (point: Model['curve']['points'][number]) => number): Line[] =>
    models.map(({ name, curve }) => ({
      name: alone ? '' : name,
      points: curve.points.map((point) => [point.step, value(point)] as const),
    }));
  const [{ curve }] = models;
  if (models.every((model) => model.curve.points.length < 2)) return null;
  const standing: Line = {
    name: 'still',
    isReference: true,
    points: curve.points.map(({ step, nothingMoves }) => [step, nothingMoves] as const),
  };
  return (
    <>
      <Plot
        title={`Error ${curve.stepsAhead} steps ahead, in pixels of its frames, beside predicting that nothing moves`}
        unit="steps"
        least={0}
        lines={[...lines(({ model }) => model), ...(alone ? [standing] : [])]}
      />
      <Plot title="Training loss" unit="steps" lines={lines(({ loss }) => loss)} />
      <Plot title="Held-out frames, PSNR in dB" unit="steps" lines={lines(({ psnrDb }) => psnrDb)} />
    </>
  );
}

/** What it predicts for held-out play, below what was seen. */
export function HeldOut({ name, steps, hasPicture }: Pick<Model, 'name' | 'steps' | 'hasPicture'>) {
  if (!hasPicture) return null;
  return (
    <figure>
      <figcaption>Held-out play, as it was seen and, below, as it was predicted</figcaption>
      <img
        class="held-out"
        src={`/models/${name}/held-out.webp?step=${steps}`}
        alt={`Held-out play and what ${name} predicts for it`}
        loading="lazy"
      />
    </figure>
  );
}

function ErrorTable({ errors }: Pick<Model, 'errors'>) {
  return (
    <table>
      <caption>Mean error in pixels</caption>
      <ColumnNames names={['Steps ahead', 'Model', 'Nothing moves']} />
      <tbody>
        {errors.map(({ stepsAhead, model, nothingMoves }) => (
          <tr key={stepsAhead}>
            <th scope="row">{stepsAhead}</th>
            <td class={model < nothingMoves ? 'best' : undefined}>{decimals(model, 2)}</td>
            <td class={model < nothingMoves ? undefined : 'best'}>{decimals(nothingMoves, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
