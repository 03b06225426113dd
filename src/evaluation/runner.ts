/** One contender in one suite, ready to carry out any of its tasks. */
import { join } from 'node:path';
import { openSimRig } from '../rig/sim-rig.ts';
import { openContender, type ContenderOptions } from './contenders.ts';
import { evaluate, type EpisodeResult } from './evaluate.ts';
import { findSuite } from './suites.ts';
import { episodeRecorder } from './videos.ts';

/** What is run; plain data, so that it can be sent to another process. */
export interface RunSpec extends ContenderOptions {
  readonly suite: string;
  /** A checkpoint's folder or a baseline's name. */
  readonly contender: string;
  readonly seed: number;
  /** A folder for a video of each task. */
  readonly video?: string;
}

export interface Runner {
  /** Carries out task `index`; null when the signal fired before its end. */
  run(index: number, signal?: AbortSignal): Promise<EpisodeResult | null>;
  close(): Promise<void>;
}

/** The video of one task of a suite. */
export function videoPath(folder: string, suite: string, index: number): string {
  return join(folder, `${suite}-${index}.mp4`);
}

/** Throws a ForesightError when there is no such suite, checkpoint or planner. */
export async function openRunner(spec: RunSpec): Promise<Runner> {
  const { seed, video } = spec;
  const suite = findSuite(spec.suite);
  const contender = await openContender(spec.contender, spec);
  const rig = await openSimRig(suite.scene);
  const recorder =
    video === undefined ? null : episodeRecorder(rig.rig, (index) => videoPath(video, suite.name, index));
  return {
    async run(index, signal) {
      const [result] = await evaluate(rig, contender.controller, {
        suite,
        seed,
        indices: [index],
        ...(signal ? { signal } : {}),
        onStep: async (task, step) => recorder?.step(task, step),
        onEpisode: async (episode, task, lastFrame) => recorder?.finish(episode, task, lastFrame),
      });
      return result ?? null;
    },
    async close() {
      await contender.close();
      await rig.close();
    },
  };
}
