/** A task as a video: what was seen, with the tracked pixel and the goal, beside what was predicted. */
import type { Frame } from '../spec/frame.ts';
import { project } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';
import { encodeVideo } from '../video/ffmpeg.ts';
import { montage, type Marker, type Panel } from '../video/montage.ts';
import type { EpisodeResult, WatchedStep } from './evaluate.ts';
import type { SuiteTask } from './task-suite.ts';

/** Video frames a control step: the predicted future is played while one step is shown. */
const FRAMES_A_STEP = 5;
/** A whole multiple of both the recorded and the predicted height, so that the panels are equally large. */
const PANEL_HEIGHT_PX = 480;
const GOAL = [220, 50, 47] as const;
const TRACKED = [38, 120, 220] as const;

export interface EpisodeRecorder {
  step(task: SuiteTask, step: WatchedStep): Promise<void>;
  finish(result: EpisodeResult, task: SuiteTask, lastFrame: Frame): Promise<void>;
}

/** Collects the frames of one task at a time and writes them when it is finished. */
export function episodeRecorder(rig: Rig, path: (index: number) => string): EpisodeRecorder {
  let frames: Frame[] = [];

  return {
    async step(task, step) {
      const { thought } = step.decision;
      const predicted = (await thought.paint?.()) ?? [];
      const seen = seenPanel(task, step);
      for (let k = 0; k < FRAMES_A_STEP; k++) {
        const at = Math.floor((k * predicted.length) / FRAMES_A_STEP);
        const future = predicted.at(at);
        const ahead = future
          ? { frame: future, title: `predicted, ${at + 2} steps ahead` }
          : { frame: step.plate, title: 'nothing predicted' };
        frames.push(montage([seen, ahead], { panelHeightPx: PANEL_HEIGHT_PX }));
      }
    },

    async finish(result, task, lastFrame) {
      const goal = goalMarker(task);
      const title = `${result.success ? 'pushed home' : 'missed'}: ${result.finalCm.toFixed(1)} cm from the goal`;
      const truth: Marker = { shape: 'ring', at: project(rig.projection, task.goal), colour: GOAL };
      const last = montage(
        [
          { frame: lastFrame, title, markers: [goal] },
          { frame: lastFrame, title: 'the end', markers: [truth] },
        ],
        { panelHeightPx: PANEL_HEIGHT_PX },
      );
      for (let k = 0; k < 2 * FRAMES_A_STEP; k++) frames.push(last);
      const done = frames;
      frames = [];
      await encodeVideo(done, path(result.index), { fps: rig.controlHz * FRAMES_A_STEP });
    },
  };
}

function goalMarker(task: SuiteTask): Marker {
  return { shape: 'cross', at: task.task.goals[0].goal, colour: GOAL };
}

function seenPanel(task: SuiteTask, { index, frame, decision }: WatchedStep): Panel {
  const tracked = decision.thought.tracked.map(({ pixel }): Marker => ({
    shape: 'ring',
    at: pixel,
    colour: TRACKED,
  }));
  return { frame, title: `seen, step ${index + 1}`, markers: [goalMarker(task), ...tracked] };
}
