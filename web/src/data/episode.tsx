/** One episode: its frames to scrub through, what was sent and where the tip was as curves, and whether it is learned from. */
import { useState } from 'preact/hooks';
import type { EpisodeMessage, EpisodesMessage } from '../../../src/server/messages.ts';
import { Alert } from '../alert.tsx';
import { useAnswer } from '../answers.ts';
import { decimals } from '../format.ts';
import { Facts } from '../library/shelf.tsx';
import { Plot } from '../plot.tsx';
import { Strip } from './strip.tsx';

const TIP = ['x', 'y', 'z'];

export function Episode({ name, index }: { readonly name: string; readonly index: number }) {
  const [at, setAt] = useState(0);
  const [marked, setMarked] = useState(0);
  const all = useAnswer<EpisodesMessage>(`/api/datasets/${name}/episodes`, marked);
  const { message: numbers, problem } = useAnswer<EpisodeMessage>(`/api/datasets/${name}/episodes/${index}`);
  const episode = all.message?.episodes[index];
  const mark = async (leftOut: boolean): Promise<void> => {
    await fetch(`/api/datasets/${name}/episodes/${index}/left-out`, {
      method: 'PUT',
      body: JSON.stringify({ leftOut }),
    });
    setMarked(marked + 1);
  };
  return (
    <section>
      <h2>
        <a href="#data">Data</a> / <a href={`#data/${name}`}>{name}</a> / {index}
      </h2>
      <Alert problem={problem ?? all.problem} />
      {all.message && episode && (
        <div class="bench">
          <div class="stage">
            <div class="scene">
              <Strip {...{ name, episode, at, frame: all.message.frame }} picture="recorded" />
            </div>
            <label class="field">
              Frame {at} of {episode.frames - 1}
              <input
                type="range"
                min={0}
                max={episode.frames - 1}
                value={at}
                onInput={({ currentTarget }) => setAt(currentTarget.valueAsNumber)}
              />
            </label>
            <div class="buttons">
              <Beside name={name} index={index} count={all.message.episodes.length} />
              <button type="button" onClick={() => void mark(!episode.leftOut)}>
                {episode.leftOut ? 'Learn from it again' : 'Leave it out of training'}
              </button>
            </div>
          </div>
          <div class="card">
            <Facts
              named={{
                'Play policy': episode.policy,
                Seed: String(episode.seed),
                Length: `${episode.frames - 1} control steps, ${decimals((episode.frames - 1) / all.message.controlHz, 1)} s`,
                Training: episode.leftOut ? 'left out' : 'learned from',
              }}
            />
            {numbers && <Curves numbers={numbers} at={at} />}
          </div>
        </div>
      )}
    </section>
  );
}

function Curves({ numbers, at }: { readonly numbers: EpisodeMessage; readonly at: number }) {
  const { actionNames, actions, tips } = numbers;
  const line = (rows: readonly (readonly number[])[], d: number) => rows.map((row, t) => [t, row[d]] as const);
  return (
    <>
      <Plot
        title="Sent, share of the largest action"
        least={-1}
        most={1}
        at={at}
        // The last row is after everything that was sent.
        lines={actionNames.map((name, d) => ({ name, points: line(actions.slice(0, -1), d) }))}
      />
      <Plot
        title="Where the gripper was, metres"
        at={at}
        lines={TIP.map((name, d) => ({ name, points: line(tips, d) }))}
      />
    </>
  );
}

function Beside({ name, index, count }: { readonly name: string; readonly index: number; readonly count: number }) {
  return (
    <>
      {index > 0 && <a href={`#data/${name}/${index - 1}`}>Before</a>}
      {index + 1 < count && <a href={`#data/${name}/${index + 1}`}>Next</a>}
    </>
  );
}
