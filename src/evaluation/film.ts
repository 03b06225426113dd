/** A task as a video: what was seen, with the tracked pixels and the goals, beside what was predicted. */
import type { ControlStep } from '../control/loop.ts';
import type { Frame } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import type { Task } from '../spec/task.ts';
import { encodeVideo } from '../video/ffmpeg.ts';
import { montage, type Marker, type Panel } from '../video/montage.ts';

/** Video frames a control step: the predicted future is played while one step is shown. */
const FRAMES_A_STEP = 5;
/** A whole multiple of both the recorded and the predicted height, so that the panels are equally large. */
const PANEL_HEIGHT_PX = 480;
export const GOAL_COLOUR = [220, 50, 47] as const;
const TRACKED_COLOUR = [38, 120, 220] as const;

export interface FilmedTask {
  readonly task: Task;
  readonly plate: Frame;
  readonly controlHz: number;
}

export interface Film {
  /** Shows one control step, and what was predicted during it. */
  step(step: ControlStep): Promise<void>;
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

  return {
    async step({ index, frame, decision: { thought } }) {
      const predicted = (await thought.paint?.()) ?? [];
      // Goals that were worked out from a goal image come with what is tracked.
      if (task.goalImage) goals = thought.tracked.flatMap(({ goal }) => (goal ? [cross(goal)] : []));
      const tracked = thought.tracked.map(({ pixel }): Marker => ({
        shape: 'ring',
        at: pixel,
        colour: TRACKED_COLOUR,
      }));
      const seen: Panel = { frame, title: `seen, step ${index + 1}`, markers: [...goals, ...tracked] };
      for (let k = 0; k < FRAMES_A_STEP; k++) {
        const ahead = Math.floor((k * predicted.length) / FRAMES_A_STEP);
        const future = predicted.at(ahead);
        // The first predicted frame comes after the action in flight and the first action of the plan.
        const beside: Panel = future
          ? { frame: future, title: `predicted, ${ahead + 2} steps ahead` }
          : { frame: plate, title: 'nothing predicted' };
        pictures.push([seen, beside]);
      }
    },

    end(lastFrame, title, markers = []) {
      const picture = [
        { frame: lastFrame, title, markers: goals },
        { frame: lastFrame, title: 'the end', markers },
      ];
      for (let k = 0; k < 2 * FRAMES_A_STEP; k++) pictures.push(picture);
    },

    write: (path) =>
      encodeVideo(drawn(pictures), path, { fps: controlHz * FRAMES_A_STEP, pixelFormat: 'yuv420p' }),
  };
}

function* drawn(pictures: readonly (readonly Panel[])[]): Generator<Frame> {
  for (const panels of pictures) yield montage(panels, { panelHeightPx: PANEL_HEIGHT_PX });
}
