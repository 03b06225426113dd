/** A prediction beside what then really happened, as a loop. */
import { computed } from '@preact/signals';
import { usePulse } from '../answers.ts';
import { pictured } from '../connection.ts';
import { OneOfMany } from '../one-of-many.tsx';

/** A moving picture shows so many milliseconds of each frame. Not by CSS, which draws the whole page at the screen's rate. */
export const FRAME_MS = 350;
/** One action is under way while it thinks: the first predicted frame is what the step after the next begins with. */
const FIRST_AFTER = 2;

/** The oldest prediction that is kept, as far as its time has come: which frames of it were seen since. */
const looked = computed(() => {
  for (const { step, ahead, pictures } of pictured.value) {
    if (pictures.predicted === undefined) continue;
    const seen = Array.from({ length: ahead }, (_, j) => {
      const later = pictured.value.find((each) => each.step === step + FIRST_AFTER + j);
      return { j, seen: later?.pictures.seen };
    }).filter((moment) => moment.seen !== undefined);
    if (seen.length > 0) return { predicted: pictures.predicted, ahead, seen };
  }
  return null;
});

export function Hindsight({ aspect }: { readonly aspect: number }) {
  const count = usePulse(FRAME_MS, true);
  const shown = looked.value;
  const moment = shown?.seen[count % shown.seen.length];
  return (
    <figure class="hindsight">
      <figcaption>Predicted, then seen{moment && `: ${moment.j + 1} ahead`}</figcaption>
      <div class="still two">
        {shown && moment && (
          <>
            <OneOfMany
              src={shown.predicted}
              alt="As predicted"
              count={shown.ahead}
              at={moment.j}
              aspect={aspect}
            />
            <img src={moment.seen} alt="As it happened" />
          </>
        )}
      </div>
    </figure>
  );
}
