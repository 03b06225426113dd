/**
 * A task as a video, four pictures two by two: what was seen, with where the points were believed to be and really
 * were; what the plan is predicted to lead to; where the points may be then; and what the plans cost.
 */
import type { Prediction } from '../control/controller.ts';
import type { ControlStep } from '../control/loop.ts';
import { allPoints } from '../control/predictions.ts';
import { makeFrame, type Frame, type FrameSize } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import type { Task } from '../spec/task.ts';
import { encodeVideo } from '../video/ffmpeg.ts';
import { heatMap } from '../video/heat-map.ts';
import { montage, type Marker, type Panel } from '../video/montage.ts';
import { resizeFrame } from '../video/resize.ts';

/** Video frames a control step: the predicted future is played while one step is shown. */
const FRAMES_A_STEP = 5;
/** A whole multiple of the recorded height. */
const PANEL_HEIGHT_PX = 240;
export const GOAL_COLOUR = [220, 50, 47] as const;
const TRACKED_COLOUR = [38, 120, 220] as const;
const TRUE_COLOUR = [245, 160, 20] as const;
const COST_COLOUR = [60, 64, 72] as const;
const PAPER = 236;
/** Between the cost's curve and its panel's edge, pixels. */
const CURVE_MARGIN_PX = 6;

export interface FilmedTask {
  readonly task: Task;
  readonly plate: Frame;
  readonly controlHz: number;
}

export interface Film {
  /**
   * Shows one control step, and what was predicted during it.
   *
   * @param truth where the points really were at its start, which only a simulator knows
   */
  step(step: ControlStep, truth?: readonly Pixel[]): Promise<void>;
  /** Shows how it ended; `markers` beside the goals, for what only a simulator knows. */
  end(lastFrame: Frame, title: string, markers?: readonly Marker[]): void;
  /** Writes an mp4 that every player plays. */
  write(path: string): Promise<void>;
}

/** An empty film of one task. */
export function film({ task, plate, controlHz }: FilmedTask): Film {
  // Panels are small; the enlarged frames are drawn one at a time while the video is written.
  const pictures: (readonly Panel[])[] = [];
  const cross = (at: Pixel): Marker => ({ shape: 'cross', at, colour: GOAL_COLOUR });
  let goals = task.goals.map(({ goal }) => cross(goal));
  const costs: (number | undefined)[] = [];

  return {
    async step({ index, frame, decision: { thought } }, truth = []) {
      const predicted = (await thought.paint?.()) ?? [];
      // Goals that were worked out from a goal image come with what is tracked.
      if (task.goalImage) goals = thought.tracked.flatMap(({ goal }) => (goal ? [cross(goal)] : []));
      const really = truth.map((at): Marker => ({ shape: 'dot', at, colour: TRUE_COLOUR }));
      const tracked = thought.tracked.map(({ pixel }): Marker => ({
        shape: 'ring',
        at: pixel,
        colour: TRACKED_COLOUR,
      }));
      costs.push(thought.cost);
      const seen: Panel = {
        frame,
        title: `seen, step ${index + 1}`,
        markers: [...goals, ...really, ...tracked],
      };
      const curve = costPanel(costs, task.maxSteps, frame);
      for (let k = 0; k < FRAMES_A_STEP; k++) {
        const ahead = Math.floor((k * predicted.length) / FRAMES_A_STEP);
        pictures.push([seen, ...(await predictedPanels(predicted.at(ahead), ahead, plate)), curve]);
      }
    },

    end(lastFrame, title, markers = []) {
      const picture = [
        { frame: lastFrame, title, markers: goals },
        { frame: lastFrame, title: 'the end', markers },
        { frame: plate, title: 'the empty table' },
        costPanel(costs, task.maxSteps, lastFrame),
      ];
      for (let k = 0; k < 2 * FRAMES_A_STEP; k++) pictures.push(picture);
    },

    write: (path) =>
      encodeVideo(drawn(pictures), path, { fps: controlHz * FRAMES_A_STEP, pixelFormat: 'yuv420p' }),
  };
}

/**
 * The predicted frame, and where the points may be in it, at the size of what was seen: every picture of a video has one
 * size, whatever frames a model sees.
 */
async function predictedPanels(
  prediction: Prediction | undefined,
  ahead: number,
  plate: Frame,
): Promise<Panel[]> {
  if (prediction === undefined) {
    return [
      { frame: plate, title: 'nothing predicted' },
      { frame: plate, title: '' },
    ];
  }
  const frame = await resizeFrame(prediction.frame, plate);
  return [
    // The first predicted frame comes after the action in flight and the first action of the plan.
    { frame, title: `predicted, ${ahead + 2} steps ahead` },
    {
      frame: heatMap(frame, allPoints(prediction), GOAL_COLOUR),
      title: 'where the point may be',
    },
  ];
}

/** The costs of the chosen plans so far, from nothing at the bottom to the largest at the top. */
function costPanel(costs: readonly (number | undefined)[], steps: number, size: FrameSize): Panel {
  const frame = makeFrame(size, new Uint8Array(3 * size.height * size.width).fill(PAPER));
  const known = costs.flatMap((cost, t) => (cost === undefined ? [] : [{ cost, t }]));
  const largest = Math.max(1e-6, ...known.map(({ cost }) => cost));
  const at = ({ cost, t }: { cost: number; t: number }): Pixel => ({
    row: size.height - CURVE_MARGIN_PX - (cost / largest) * (size.height - 2 * CURVE_MARGIN_PX),
    col: CURVE_MARGIN_PX + (t / Math.max(1, steps - 1)) * (size.width - 2 * CURVE_MARGIN_PX),
  });
  const lines = known.slice(1).map((point, i): Marker => ({
    shape: 'line',
    from: at(known[i]),
    to: at(point),
    colour: COST_COLOUR,
  }));
  const last = known.at(-1);
  const dot: Marker[] = last ? [{ shape: 'dot', at: at(last), colour: COST_COLOUR }] : [];
  const title = last ? `cost ${last.cost.toFixed(1)} of at most ${largest.toFixed(1)}` : 'no plan, no cost';
  return { frame, title, markers: [...lines, ...dot] };
}

function* drawn(pictures: readonly (readonly Panel[])[]): Generator<Frame> {
  for (const panels of pictures) yield montage(panels, { panelHeightPx: PANEL_HEIGHT_PX, columns: 2 });
}
