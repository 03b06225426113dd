import type { Model, ModelsMessage } from '../../../src/server/messages.ts';
import { decimals, whole } from '../format.ts';
import { ErrorCurve } from './error-curve.tsx';
import { Card, Facts, ProblemCard, Shelf } from './shelf.tsx';

export function Models() {
  return (
    <Shelf<ModelsMessage>
      title="Models"
      about="Errors are measured on held-out play: how far from the predicted place a point that moved ends up, in pixels of the model's frames."
      from="models"
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
      {model.curve.points.length > 1 && <ErrorCurve {...model.curve} />}
    </Card>
  );
}

function ErrorTable({ errors }: Pick<Model, 'errors'>) {
  return (
    <table>
      <caption>Mean error in pixels</caption>
      <thead>
        <tr>
          {['Steps ahead', 'Model', 'Nothing moves'].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
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
