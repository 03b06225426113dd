/** Calibrating an arm and its camera: one question after the other, and what was found. */
import { useState } from 'preact/hooks';
import type { Order, RigsMessage } from '../../src/server/messages.ts';
import { Alert } from './alert.tsx';
import { useAnswer, usePulse } from './answers.ts';
import { ask, job, jobPicture } from './connection.ts';
import { ChoiceField, OrderForm } from './jobs/fields.tsx';
import { isUnderWay, JobProgress, mayOrder } from './jobs/progress.tsx';
import { QuestionCard } from './jobs/question.tsx';

const REFRESH_MS = 5000;

type What = Extract<Order, { job: 'calibrate' }>['what'];

/** What each part of a calibration is about, in the order in which one builds on the other. */
const PARTS: Readonly<Record<What, string>> = {
  all: 'Everything, one after the other.',
  servos: 'Where the middles of the joints’ ways are.',
  range: 'How far each joint goes.',
  table: 'Where the arm stands at its table, and what of it it reaches.',
  crop: 'Which part of the camera’s picture counts.',
  camera: 'From where the camera sees the arm: it shows itself in twelve poses.',
  check: 'Whether anything has moved since: the arm shows itself, nothing is written.',
};

export function Calibrate() {
  const isCalibrating = isUnderWay('calibrate');
  const answer = useAnswer<RigsMessage>('/api/rigs', usePulse(REFRESH_MS, isCalibrating));
  const rigs = answer.message?.rigs ?? [];
  const [chosen, setRig] = useState('');
  const [what, setWhat] = useState<What>('all');
  const rig = chosen || (rigs[0]?.name ?? '');
  const state = job.value?.order.job === 'calibrate' ? job.value : null;
  return (
    <section>
      <h2>Calibrate</h2>
      <p class="about">
        Finds the servos’ zeros and ends, where the arm stands at its table, and from where the camera sees
        it. One thing is asked at a time; each part can be done again alone, and then those after it.
      </p>
      <div class="bench">
        <div class="card">
          {answer.message && rigs.length === 0 && (
            <p class="notice">
              No rig’s file here yet. This makes one with a camera:{' '}
              <code>npx foresight cameras --try /dev/video0 --new-rig desk.json</code>
            </p>
          )}
          {answer.message?.problems.map(({ name, problem }) => (
            <Alert key={name} problem={problem} />
          ))}
          <OrderForm
            action="Calibrate"
            disabled={!mayOrder.value || rig === ''}
            onOrder={() => ask({ ask: 'begin', order: { job: 'calibrate', rig, what } })}
          >
            <ChoiceField name="Rig" value={rig} choices={rigs.map(({ name }) => name)} onValue={setRig} />
            <ChoiceField
              name="What"
              value={what}
              choices={Object.keys(PARTS)}
              onValue={(part) => setWhat(part as What)}
            />
            <p class="detail about-choice">{PARTS[what]}</p>
          </OrderForm>
          <JobProgress kinds={['calibrate']} showsLines />
        </div>
        <div class="stage">
          {state?.question && <QuestionCard question={state.question} />}
          {!state?.question?.orNothing && (
            <div class="scene">
              {state !== null && jobPicture.value !== null && (
                <img src={jobPicture.value} alt="What the camera sees of the arm" />
              )}
            </div>
          )}
        </div>
      </div>
    </section>
  );
}
