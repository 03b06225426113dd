/** How long work gets on: a bar with the time left, what was said on the way, a button that stops it. */
import { computed } from '@preact/signals';
import type { JobState, Order } from '../../../src/server/messages.ts';
import { Alert } from '../alert.tsx';
import { ask, inControl, job, refused } from '../connection.ts';
import { duration } from '../format.ts';

const PHASES = {
  running: 'under way',
  stopping: 'being stopped',
  stopped: 'stopped; the same again goes on from there',
  failed: 'failed',
  done: 'done',
} as const;

/** Whether any long work is under way. */
export const isBusy = computed(() => job.value?.phase === 'running' || job.value?.phase === 'stopping');

/** Whether work of this kind is under way. */
export function isUnderWay(kind: Order['job']): boolean {
  return isBusy.value && job.value?.order.job === kind;
}

/** Whether this page may start something now. */
export const mayOrder = computed(() => inControl.value && !isBusy.value);

export function JobProgress({
  kinds,
  showsLines = false,
}: {
  readonly kinds: readonly Order['job'][];
  /** Whether what is said on the way is what the work is about. */
  readonly showsLines?: boolean;
}) {
  const state = job.value;
  if (refused.value !== null) return <Alert problem={refused.value} />;
  if (state === null) return null;
  if (!kinds.includes(state.order.job)) {
    if (!isBusy.value) return null;
    return <p class="notice">Another job is under way ({state.order.job}); one at a time.</p>;
  }
  const { phase, progress, lines, problem, command } = state;
  const left = progress?.leftMs ?? null;
  const said = lines.length > 0 && <pre aria-label="What was said on the way">{lines.join('\n')}</pre>;
  const share = progress === null ? 0 : progress.done / Math.max(1e-9, progress.total);
  return (
    <section class="job" aria-label="Progress">
      <p role="status">
        <strong>{state.order.job}</strong>, {PHASES[phase]}
        {isBusy.value && progress && left !== null && ` · ${duration(left)} left`}
      </p>
      {!showsLines && <progress value={phase === 'done' ? 1 : share} max={1} aria-label="Progress" />}
      {!showsLines && <p class="detail">{progress?.note}</p>}
      {isBusy.value && <StopJob state={state} />}
      <Alert problem={problem} />
      {showsLines && said}
      <details>
        <summary>The same in a terminal</summary>
        <code>{command}</code>
        {!showsLines && said}
      </details>
    </section>
  );
}

/** What moves an arm is stopped by everyone, as in the live view. */
function StopJob({ state: { order, phase } }: { readonly state: JobState }) {
  if (order.job === 'calibrate' && phase === 'running') {
    return (
      <button type="button" class="stop" onClick={() => ask({ ask: 'stop' })}>
        Stop <kbd>space</kbd>
      </button>
    );
  }
  return (
    <button type="button" disabled={!inControl.value} onClick={() => ask({ ask: 'end' })}>
      {phase === 'stopping' ? 'End at once' : 'Stop'}
    </button>
  );
}
