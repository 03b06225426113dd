/** Collecting play: start it, watch it, stop it; the same again goes on. */
import { useState } from 'preact/hooks';
import type { DatasetsMessage } from '../../src/server/messages.ts';
import { useAnswer, usePulse } from './answers.ts';
import { ask, job, jobPicture, welcome } from './connection.ts';
import { ChoiceField, NumberField, OrderForm, TextField } from './jobs/fields.tsx';
import { isUnderWay, JobProgress, mayOrder } from './jobs/progress.tsx';
import { DatasetCard } from './library/datasets.tsx';

const REFRESH_MS = 2000;

export function Play() {
  const policies = welcome.value?.choices?.policies ?? [];
  const [dataset, setDataset] = useState('mine');
  const [minutes, setMinutes] = useState(10);
  const [seed, setSeed] = useState(1);
  const [policy, setPolicy] = useState('aimed');
  const isPlaying = isUnderWay('collect');
  const datasets = useAnswer<DatasetsMessage>('/api/datasets', usePulse(REFRESH_MS, isPlaying));
  const order = job.value?.order;
  const name = isPlaying && order?.job === 'collect' ? order.dataset : dataset;
  const facts = datasets.message?.datasets.find((each) => each.name === name);
  return (
    <section>
      <h2>Play</h2>
      <p class="about">
        The arm moves about, mostly near whatever stands on the table, and records what it sees and sends.
        Nobody labels anything. Stop it whenever you like: the same order goes on from there.
      </p>
      <div class="bench">
        <div class="card">
          <OrderForm
            action="Collect"
            disabled={!mayOrder.value}
            onOrder={() => ask({ ask: 'begin', order: { job: 'collect', dataset, minutes, seed, policy } })}
          >
            <TextField name="Dataset" hint="a name, as in play-2" value={dataset} onValue={setDataset} />
            <NumberField
              name="Minutes of play"
              least={0.1}
              most={10_000}
              value={minutes}
              onValue={setMinutes}
            />
            <NumberField name="Seed" most={0xffffffff} value={seed} onValue={setSeed} />
            <ChoiceField name="How to play" value={policy} choices={policies} onValue={setPolicy} />
          </OrderForm>
          <JobProgress kinds={['collect']} />
        </div>
        <div class="stage">
          <div class="scene">
            {jobPicture.value !== null && (
              <img src={jobPicture.value} alt="What the camera of the play sees" />
            )}
          </div>
          {facts && <DatasetCard {...facts} />}
        </div>
      </div>
    </section>
  );
}
