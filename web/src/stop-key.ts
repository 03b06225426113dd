/** The space bar and Escape stop what moves, wherever on the page they are pressed. */
import { ask } from './connection.ts';

export function stopOnKey(event: KeyboardEvent): void {
  if (event.key !== ' ' && event.key !== 'Escape') return;
  event.preventDefault();
  ask({ ask: 'stop' });
}
