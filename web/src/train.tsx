/** Training: start it, watch its curves and what it predicts for held-out play, and compare checkpoints. */
import { useState } from 'preact/hooks';
import type { DatasetsMessage, Model, ModelsMessage } from '../../src/server/messages.ts';
import { useAnswer, usePulse } from './answers.ts';
import { ask, job, welcome } from './connection.ts';
import { ChoiceField, NumberField, OrderForm, TextField } from './jobs/fields.tsx';
import { isUnderWay, JobProgress, mayOrder } from './jobs/progress.tsx';
import { HeldOut, Models, TrainingCurves } from './library/models.tsx';

const REFRESH_MS = 3000;

export function Train() {
  const isTraining = isUnderWay('train');
  const pulse = usePulse(REFRESH_MS, isTraining);
  const answer = useAnswer<ModelsMessage>('/api/models', pulse);
  const models = answer.message?.models ?? [];
  const datasets =
    useAnswer<DatasetsMessage>('/api/datasets').message?.datasets.map(({ name }) => name) ?? [];
  const networks = welcome.value?.choices?.networks ?? [];
  const [chosen, setDataset] = useState('');
  const [model, setModel] = useState('mine');
  const [minutes, setMinutes] = useState(15);
  const [seed, setSeed] = useState(1);
  const [network, setNetwork] = useState('rigid');
  const dataset = chosen || (datasets[0] ?? '');
  const order = job.value?.order;
  const watched = order?.job === 'train' ? models.find(({ name }) => name === order.model) : undefined;
  return (
    <>
      <section>
        <h2>Train</h2>
        <p class="about">
          Fits a network to recorded play. A checkpoint is written every minute: stop whenever you like, the
          same order goes on from there.
        </p>
        <div class="bench">
          <div class="card">
            <OrderForm
              action="Train"
              disabled={!mayOrder.value || dataset === ''}
              onOrder={() =>
                ask({ ask: 'begin', order: { job: 'train', dataset, model, minutes, seed, network } })
              }
            >
              <ChoiceField name="Dataset" value={dataset} choices={datasets} onValue={setDataset} />
              <TextField name="Model" hint="a name, as in mine-2" value={model} onValue={setModel} />
              <NumberField name="Minutes" least={0.1} most={10_000} value={minutes} onValue={setMinutes} />
              <NumberField name="Seed" most={0xffffffff} value={seed} onValue={setSeed} />
              <ChoiceField name="Network" value={network} choices={networks} onValue={setNetwork} />
            </OrderForm>
            <JobProgress kinds={['train']} />
          </div>
          <div class="card">
            <h3>
              {watched === undefined ? 'Curves and predictions come with the first checkpoint' : watched.name}
            </h3>
            {watched && watched.curve.points.length < 2 && (
              <p class="notice">Curves come with the second checkpoint.</p>
            )}
            {watched && <TrainingCurves models={[watched]} />}
            {watched && <HeldOut {...watched} />}
          </div>
        </div>
      </section>
      <Compare models={models} />
      <Models answer={answer} />
    </>
  );
}

/** Two checkpoints on the same axes. */
function Compare({ models }: { readonly models: readonly Model[] }) {
  const names = models.map(({ name }) => name);
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  if (models.length < 2) return null;
  const [a, b] = [first || names[0], second || names[1]];
  const pair = [a, b].flatMap((name) => models.find((model) => model.name === name) ?? []);
  return (
    <section>
      <h2>Compare</h2>
      <div class="order">
        <ChoiceField name="One" value={a} choices={names} onValue={setFirst} />
        <ChoiceField name="Another" value={b} choices={names} onValue={setSecond} />
      </div>
      <div class="card">
        <TrainingCurves models={pair} />
      </div>
    </section>
  );
}
