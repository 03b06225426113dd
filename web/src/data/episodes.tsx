/** The episodes of a dataset as a grid of moving thumbnails. */
import { useState } from 'preact/hooks';
import type { EpisodesMessage } from '../../../src/server/messages.ts';
import { Alert } from '../alert.tsx';
import { useAnswer } from '../answers.ts';
import { ask, job } from '../connection.ts';
import { whole } from '../format.ts';
import { JobProgress, mayOrder } from '../jobs/progress.tsx';
import { Strip } from './strip.tsx';

/** So many at a time: each is a video to decode. */
const A_PAGE = 24;

export function Episodes({ name }: { readonly name: string }) {
  const { message, problem } = useAnswer<EpisodesMessage>(`/api/datasets/${name}/episodes`);
  const [shown, setShown] = useState(A_PAGE);
  const episodes = message?.episodes ?? [];
  const leftOut = episodes.filter((episode) => episode.leftOut).length;
  return (
    <section>
      <h2>
        <a href="#data">Data</a> / {name}
      </h2>
      <p class="about">
        {message &&
          `${whole(episodes.length)} episodes, ${leftOut === 0 ? 'none' : leftOut} left out of training. Choose one to see what was sent.`}
      </p>
      <Alert problem={problem} />
      <div class="buttons">
        <button
          type="button"
          disabled={!mayOrder.value}
          onClick={() => ask({ ask: 'begin', order: { job: 'verify', dataset: name } })}
        >
          Verify every file
        </button>
      </div>
      <JobProgress kinds={['verify']} />
      <Verified name={name} />
      <ul class="thumbnails">
        {message &&
          episodes.slice(0, shown).map((episode) => (
            <li key={episode.index}>
              <a href={`#data/${name}/${episode.index}`} class={episode.leftOut ? 'left-out' : undefined}>
                <Strip {...{ name, episode, frame: message.frame }} picture="thumbnail" />
                <span>
                  {episode.index}
                  {episode.leftOut && ', left out'}
                </span>
              </a>
            </li>
          ))}
      </ul>
      {shown < episodes.length && (
        <button type="button" onClick={() => setShown(shown + A_PAGE)}>
          More
        </button>
      )}
    </section>
  );
}

/** What the last verification of this dataset found. */
function Verified({ name }: { readonly name: string }) {
  const state = job.value;
  if (state?.order.job !== 'verify' || state.order.dataset !== name || state.result === null) return null;
  const { problems, files } = state.result as {
    readonly files: number;
    readonly problems: readonly { readonly file: string; readonly problem: string }[];
  };
  if (problems.length === 0) return <p role="status">Whole: {whole(files)} files agree with the index.</p>;
  return (
    <ul class="problem" role="alert">
      {problems.map(({ file, problem }) => (
        <li key={`${file} ${problem}`}>
          {file}: {problem}
        </li>
      ))}
    </ul>
  );
}
