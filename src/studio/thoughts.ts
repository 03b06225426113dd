/** What the controller thought, made into something to look at. */
import type { Prediction } from '../control/controller.ts';
import type { ControlStep } from '../control/loop.ts';
import { allPoints } from '../control/predictions.ts';
import type { Frame } from '../spec/frame.ts';
import { heatMap, transparentHeat } from '../video/heat-map.ts';
import { encodeJpeg } from '../video/jpeg.ts';
import { besideEachOther } from '../video/montage.ts';
import type { ThoughtReport } from './state.ts';

/** The colour of where a point may be: that of its goal. */
const HEAT_COLOUR = [220, 50, 47] as const;

/** Rows of frames side by side, one a predicted step, as JPEG, unless said otherwise. */
export interface ThoughtPictures {
  /** What was seen when it thought so: one frame. */
  readonly seen: Uint8Array;
  readonly predicted?: Uint8Array;
  /** The same with the pixel distributions over them. */
  readonly heat?: Uint8Array;
  /** What the candidate that it liked least is predicted to lead to. */
  readonly worst?: Uint8Array;
  /** Where the points may be after the last step, to be laid over the camera's picture: a transparent PNG. */
  readonly belief?: Uint8Array;
}

export interface PicturedThought {
  readonly report: ThoughtReport;
  readonly pictures: ThoughtPictures;
}

/** @param number of the control step, from 1 */
export async function pictureThought(
  step: ControlStep,
  number: number,
  deadlineMs: number,
): Promise<PicturedThought> {
  const { thought } = step.decision;
  const predictions = (await thought.paint?.()) ?? [];
  const worst = (await thought.worst?.paint()) ?? [];
  const report: ThoughtReport = {
    step: number,
    cost: thought.cost ?? null,
    worstCost: thought.worst?.cost ?? null,
    iterations: thought.iterations ?? [],
    sections: step.sections,
    deadlineMs,
    missedDeadline: step.missedDeadline,
    ahead: predictions.length,
  };
  const last = predictions.at(-1);
  const [seen, predicted, heat, worstRow, belief] = await Promise.all([
    encodeJpeg(step.frame),
    rowOf(predictions.map(({ frame }) => frame)),
    rowOf(predictions.map(heated)),
    rowOf(worst.map(({ frame }) => frame)),
    last && transparentHeat(allPoints(last), HEAT_COLOUR),
  ]);
  return {
    report,
    pictures: {
      seen,
      ...(predicted ? { predicted } : {}),
      ...(heat ? { heat } : {}),
      ...(worstRow ? { worst: worstRow } : {}),
      ...(belief ? { belief } : {}),
    },
  };
}

function rowOf(frames: readonly Frame[]): Promise<Uint8Array> | undefined {
  return frames.length === 0 ? undefined : encodeJpeg(besideEachOther(frames));
}

function heated(prediction: Prediction): Frame {
  return heatMap(prediction.frame, allPoints(prediction), HEAT_COLOUR);
}
