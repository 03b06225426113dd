/** Running task suites, and how they ended. */
import { useState } from 'preact/hooks';
import type { ModelsMessage, SuccessRow } from '../../src/server/messages.ts';
import { useAnswer, usePulse } from './answers.ts';
import { ask, job, welcome } from './connection.ts';
import { decimals } from './format.ts';
import { ChoiceField, NumberField, OrderForm } from './jobs/fields.tsx';
import { isUnderWay, JobProgress, mayOrder } from './jobs/progress.tsx';
import { ColumnNames } from './library/shelf.tsx';
import { Videos } from './library/videos.tsx';

const REFRESH_MS = 5000;

export function Evaluate() {
  const models = useAnswer<ModelsMessage>('/api/models').message?.models.map(({ name }) => name) ?? [];
  const suites = welcome.value?.choices?.suites ?? [];
  const [chosen, setModel] = useState('');
  const [suite, setSuite] = useState('push');
  const [tasks, setTasks] = useState(10);
  const [seed, setSeed] = useState(7);
  const [beside, setBeside] = useState(false);
  const model = chosen || (models[0] ?? '');
  const pulse = usePulse(REFRESH_MS, isUnderWay('evaluate'));
  const state = job.value;
  const rows = state?.order.job === 'evaluate' ? (state.result as readonly SuccessRow[] | null) : null;
  return (
    <>
      <section>
        <h2>Evaluate</h2>
        <p class="about">
          Seeded tasks on the simulated table, judged by the simulator’s truth. What is finished is kept: the
          same order again goes on, and more tasks only add to it.
        </p>
        <div class="bench">
          <div class="card">
            <OrderForm
              action="Run"
              disabled={!mayOrder.value || model === ''}
              onOrder={() =>
                ask({ ask: 'begin', order: { job: 'evaluate', model, suite, tasks, seed, beside } })
              }
            >
              <ChoiceField name="Model" value={model} choices={models} onValue={setModel} />
              <ChoiceField name="Suite" value={suite} choices={suites} onValue={setSuite} />
              <NumberField name="Tasks" least={1} most={1000} value={tasks} onValue={setTasks} />
              <NumberField name="Seed" most={0xffffffff} value={seed} onValue={setSeed} />
              <label>
                <input
                  type="checkbox"
                  checked={beside}
                  onChange={(event) => setBeside(event.currentTarget.checked)}
                />{' '}
                random and scripted beside
              </label>
            </OrderForm>
            <JobProgress kinds={['evaluate']} />
          </div>
          <SuccessTable rows={rows ?? []} />
        </div>
      </section>
      <Videos moment={pulse} />
    </>
  );
}

function SuccessTable({ rows }: { readonly rows: readonly SuccessRow[] }) {
  const finished = rows.filter(({ success }) => success.trials > 0);
  if (finished.length === 0) return <p class="notice">The table comes when the tasks are done.</p>;
  const percent = (share: number): string => `${decimals(100 * share, 0)}%`;
  return (
    <div class="card">
      <table>
        <caption>How the tasks ended</caption>
        <ColumnNames
          names={['Suite', 'Model', 'Success', '95% interval', 'Final cm, mean / median', 'Steps', 'Plan ms']}
        />
        <tbody>
          {finished.map(({ suite, controller, success, finalCm, steps, planMs }) => (
            <tr key={`${suite} ${controller}`}>
              <th scope="row">{suite}</th>
              <td>{controller.split('/').at(-1)}</td>
              <td>
                {success.successes}/{success.trials}
              </td>
              <td>
                {percent(success.low)} to {percent(success.high)}
              </td>
              <td>
                {decimals(finalCm.mean, 2)} / {decimals(finalCm.median, 2)}
              </td>
              <td>{decimals(steps, 1)}</td>
              <td>{planMs === null ? '–' : decimals(planMs.median, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
