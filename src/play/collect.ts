import { childSeed, seededRandom } from '../spec/random.ts';
import type { Frame } from '../spec/frame.ts';
import { stepsOf, type Episode } from '../spec/episode.ts';
import type { LiveRig } from '../rig/live-rig.ts';
import type { PolicyMaker } from './policy.ts';
import { recordEpisode } from './record.ts';

/** Where episodes go; a dataset's writer is one. */
export interface EpisodeSink {
  /** Episodes that are there already. */
  readonly episodes: { readonly length: number };
  /** Control steps that are there already. */
  readonly steps: number;
  addEpisode(episode: Episode, options: { policy: string }): Promise<unknown>;
}

export interface CollectOptions {
  /** Play to exist in the end, minutes of control time, with what is there already. */
  readonly minutes: number;
  readonly seed: number;
  readonly policy: PolicyMaker;
  /** Control steps in an episode. */
  readonly episodeSteps: number;
  /** Stops cleanly; the episode under way is dropped. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CollectProgress) => void;
  /** Sees every frame as it is taken. */
  readonly onFrame?: (frame: Frame) => void;
}

export interface CollectProgress {
  /** Episodes that are safe on disk. */
  readonly episodes: number;
  readonly minutes: number;
  readonly totalMinutes: number;
  /** Time until all is there at the rate so far, ms. */
  readonly leftMs: number;
  /** Control time over wall-clock time, of what this call collected. */
  readonly timesRealTime: number;
}

export interface CollectResult extends CollectProgress {
  /** False when the signal stopped it. */
  readonly complete: boolean;
}

/**
 * Plays and records until `minutes` of play exist. Episode i is the same whether collected in one go or after an
 * interruption: scene and policy follow from `childSeed(seed, ..., i)`. While one episode is played the one before
 * is being written, never more.
 */
export async function collect(
  rig: LiveRig,
  sink: EpisodeSink,
  options: CollectOptions,
): Promise<CollectResult> {
  const stepsPerMinute = 60 * rig.rig.controlHz;
  const stepsBefore = sink.steps;
  const startMs = performance.now();
  const report = (): CollectProgress => {
    const minutes = sink.steps / stepsPerMinute;
    const elapsedMs = performance.now() - startMs;
    const collectedMs = ((sink.steps - stepsBefore) * 1000) / rig.rig.controlHz;
    const timesRealTime = collectedMs / elapsedMs;
    const leftMs = (Math.max(0, options.minutes - minutes) * 60_000) / timesRealTime;
    return { episodes: sink.episodes.length, minutes, totalMinutes: options.minutes, leftMs, timesRealTime };
  };
  const stepsWanted = stepsOf(options.minutes, rig.rig.controlHz);
  const aborted = (): boolean => options.signal?.aborted ?? false;

  if (sink.steps < stepsWanted) await rig.robot.arm();
  let writing: Promise<void> = Promise.resolve();
  let stepsRecorded = sink.steps;
  try {
    for (let i = sink.episodes.length; stepsRecorded < stepsWanted && !aborted(); i++) {
      const policy = options.policy({
        rig: rig.rig,
        random: seededRandom(childSeed(options.seed, 'policy', i)),
      });
      const episode = await recordEpisode(rig, policy, {
        steps: options.episodeSteps,
        seed: childSeed(options.seed, 'episode', i),
        ...(options.signal ? { signal: options.signal } : {}),
        ...(options.onFrame ? { onFrame: options.onFrame } : {}),
      });
      stepsRecorded += options.episodeSteps;
      await writing;
      writing = sink.addEpisode(episode, { policy: policy.name }).then(() => options.onProgress?.(report()));
      // Awaited one episode later: a failure must not count as unhandled until then.
      writing.catch(() => undefined);
    }
  } catch (error) {
    if (!aborted()) throw error;
  } finally {
    await writing;
  }
  return { ...report(), complete: sink.steps >= stepsWanted };
}
