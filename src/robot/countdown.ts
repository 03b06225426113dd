/** How long an answer is waited for. */

/** A wait is this many short ones. */
const SLICES = 4;

/**
 * Calls `timeIsUp` after `ms`, or up to a quarter of that later; returns what stops it. While this process is busy with
 * something else, answers lie unread: however long that takes, it uses up no more than a quarter of the time, so that
 * what lies there is read first.
 */
export function countdown(ms: number, timeIsUp: () => void): () => void {
  let left = SLICES;
  const slices = setInterval(() => {
    left--;
    if (left > 0) return;
    clearInterval(slices);
    timeIsUp();
  }, ms / SLICES);
  return () => clearInterval(slices);
}
