/** How far two computations of the same are apart. */
import type { Values } from './compute.ts';

/** The largest difference of any number, as a fraction of the largest number of its tensor. */
export function relativeDifference(found: Values, expected: Values): number {
  return Math.max(
    ...Object.entries(expected).map(([name, { data }]) => {
      let [difference, largest] = [0, Number.MIN_VALUE];
      data.forEach((x, i) => {
        const error = Math.abs(found[name].data[i] - x);
        // Not Math.max alone: what is not a number differs infinitely.
        difference = Number.isNaN(error) ? Infinity : Math.max(difference, error);
        largest = Math.max(largest, Math.abs(x));
      });
      return difference / largest;
    }),
  );
}
