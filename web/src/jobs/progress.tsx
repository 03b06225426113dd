/** How long work gets on: a bar with the time left, what was said on the way, a button that stops it. */
import { computed } from '@preact/signals';
import type { Order } from '../../../src/server/messages.ts';
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

export function JobProgress({ kinds }: { readonly kinds: readonly Order['job'][] }) {
  const state = job.value;
  if (refused.value !== null) return <Alert problem={refused.value} />;
  if (state === null) return null;
  if (!kinds.includes(state.order.job)) {
    if (!isBusy.value) return null;
    return <p class="notice">Another job is under way ({state.order.job}); one at a time.</p>;
  }
  const { phase, progress, lines, problem, command } = state;
  const left = progress?.leftMs ?? null;
  const share = progress === null ? 0 : progress.done / Math.max(1e-9, progress.total);
  return (
    <section class="job" aria-label="Progress">
      <p role="status">
        <strong>{state.order.job}</strong>, {PHASES[phase]}
        {isBusy.value && progress && left !== null && ` · ${duration(left)} left`}
      </p>
      <progress value={phase === 'done' ? 1 : share} max={1} aria-label="Progress" />
      <p class="detail">{progress?.note}</p>
      {isBusy.value && (
        <button type="button" disabled={!inControl.value} onClick={() => ask({ ask: 'end' })}>
          {phase === 'stopping' ? 'End at once' : 'Stop'}
        </button>
      )}
      <Alert problem={problem} />
      <details>
        <summary>The same in a terminal</summary>
        <code>{command}</code>
        {lines.length > 0 && <pre>{lines.join('\n')}</pre>}
      </details>
    </section>
  );
}
