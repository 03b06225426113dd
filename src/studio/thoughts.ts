/** What the controller thought, made into something to look at. */
import type { Prediction } from '../control/controller.ts';
import type { ControlStep } from '../control/loop.ts';
import type { Frame } from '../spec/frame.ts';
import { encodeJpeg } from '../video/jpeg.ts';
import { heatMap } from '../video/heat-map.ts';
import { besideEachOther } from '../video/montage.ts';
import type { ThoughtReport } from './state.ts';

/** So many of the predicted frames are shown, from the next to the last. */
const SHOWN = 5;
/** The colour of where a point may be: that of its goal. */
const HEAT_COLOUR = [220, 50, 47] as const;

/** A report, and its pictures as JPEG; none where nothing was predicted. */
export interface PicturedThought {
  readonly report: ThoughtReport;
  /** Some of the predicted frames, side by side, from the next one to the last. */
  readonly predicted: Uint8Array | null;
  /** The same with the pixel distributions over them. */
  readonly heat: Uint8Array | null;
}

/** @param number of the control step, from 1 */
export async function pictureThought(
  step: ControlStep,
  number: number,
  deadlineMs: number,
): Promise<PicturedThought> {
  const { thought } = step.decision;
  const all = (await thought.paint?.()) ?? [];
  const shown = Math.min(SHOWN, all.length);
  const predictions = Array.from(
    { length: shown },
    (_, k) => all[Math.round((k * (all.length - 1)) / Math.max(1, shown - 1))],
  );
  const report: ThoughtReport = {
    step: number,
    cost: thought.cost ?? null,
    iterations: thought.iterations ?? [],
    sections: step.sections,
    deadlineMs,
    missedDeadline: step.missedDeadline,
    ahead: all.length,
  };
  if (predictions.length === 0) return { report, predicted: null, heat: null };
  const [predicted, heat] = await Promise.all([
    encodeJpeg(besideEachOther(predictions.map(({ frame }) => frame))),
    encodeJpeg(besideEachOther(predictions.map(heated))),
  ]);
  return { report, predicted, heat };
}

function heated({ frame, distributions }: Prediction): Frame {
  const [first] = distributions;
  const data = first.data.map((_, i) => distributions.reduce((sum, each) => sum + each.data[i], 0));
  return heatMap(frame, { ...first, data }, HEAT_COLOUR);
}
