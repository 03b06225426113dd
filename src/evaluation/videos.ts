/** One mp4 for each task of an evaluation. */
import type { Frame } from '../spec/frame.ts';
import { project } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';
import type { EpisodeResult, WatchedStep } from './evaluate.ts';
import { film, GOAL_COLOUR, type Film } from './film.ts';
import type { Marker } from '../video/montage.ts';
import type { SuiteTask } from './task-suite.ts';

export interface EpisodeRecorder {
  step(task: SuiteTask, step: WatchedStep): Promise<void>;
  /** Writes the task's video. */
  finish(result: EpisodeResult, task: SuiteTask, lastFrame: Frame): Promise<void>;
}

/** Films one task after the other; `path` names the file of task `index`. */
export function episodeRecorder(rig: Rig, path: (index: number) => string): EpisodeRecorder {
  let current: { task: SuiteTask; film: Film } | null = null;

  return {
    async step(task, step) {
      if (current?.task !== task) {
        const filmed = { task: task.task, plate: step.plate, controlHz: rig.controlHz };
        current = { task, film: film(filmed) };
      }
      await current.film.step(
        step,
        step.truth.map((point) => project(rig.projection, point)),
      );
    },

    async finish(result, task, lastFrame) {
      if (current?.task !== task) return;
      const title = `${result.success ? 'pushed home' : 'missed'}, ${result.finalCm.toFixed(1)} cm off`;
      const wanted = task.goals.map(({ goal }): Marker => ({
        shape: 'ring',
        at: project(rig.projection, goal),
        colour: GOAL_COLOUR,
      }));
      current.film.end(lastFrame, title, wanted);
      await current.film.write(path(result.index));
      current = null;
    },
  };
}
