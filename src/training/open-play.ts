/** The play that a model is fitted to: some minutes of one dataset, perhaps more datasets besides, and what is held out. */
import { existsSync } from 'node:fs';
import { FrameCache } from '../dataset/cache.ts';
import { readLeftOut } from '../dataset/left-out.ts';
import { joinPlay, type PlayFrames } from '../dataset/play-frames.ts';
import { openDataset } from '../dataset/reader.ts';
import { firstEpisodes, playMinutes, splitEpisodes, type Split } from '../dataset/splits.ts';
import { ensure, ForesightError } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';

/** Which play to learn from. */
export interface PlayChoice {
  /** A dataset; the held-out episodes are a part of all of it, whatever part is trained on, so that errors compare. */
  readonly data: string;
  /** Train on its first episodes only: as many minutes of robot time as this. All of it when not given. */
  readonly playMinutes?: number;
  /** Datasets to train on besides, every episode of them. */
  readonly extra?: readonly string[];
  /** Learn from recordings of several rigs, each through its own camera; refused when not given. */
  readonly mixRigs?: boolean;
}

export interface OpenPlay {
  readonly frames: PlayFrames;
  readonly split: Split;
  /** Said of the play in a checkpoint. */
  readonly data: Readonly<Record<string, unknown>>;
  close(): void;
}

export interface OpenPlayOptions {
  /** Size of the frames that the network sees. */
  readonly frame: FrameSize;
  /** Fraction of the dataset's episodes held out. */
  readonly heldOut: number;
  readonly onProgress?: (episodes: number, total: number) => void;
}

/**
 * Of what is held out, for all trainings, whatever their seeds: no model is measured on what another seed let it learn
 * from, and errors compare between models.
 */
export const HELD_OUT_SEED = 1;

/** Opens the chosen play, its frames decoded; that takes a while the first time. */
export async function openPlay(choice: PlayChoice, options: OpenPlayOptions): Promise<OpenPlay> {
  const { data, extra = [], mixRigs = false } = choice;
  const caches: FrameCache[] = [];
  const close = (): void => caches.forEach((cache) => cache.close());
  try {
    for (const dir of [data, ...extra]) caches.push(await openCache(dir, options));
    const leftOut = await leftOutOf([data, ...extra], caches);
    const frames = joinPlay(caches, mixRigs);
    const { controlHz } = frames.rig;
    const { episodes } = caches[0];
    const split = splitEpisodes(episodes.length, HELD_OUT_SEED, options.heldOut);
    const asked = choice.playMinutes;
    const count = asked === undefined ? episodes.length : firstEpisodes(episodes, asked, controlHz);
    const training = [
      ...split.training.filter((episode) => episode < count),
      ...frames.episodes.map((_, episode) => episode).slice(episodes.length),
    ].filter((episode) => !leftOut.has(episode));
    ensure(
      training.length > 0,
      `${data}: every episode of its first ${asked ?? 'recorded'} minutes is held out or left out`,
      'train on more minutes of play',
    );
    const played = [...episodes.slice(0, count), ...frames.episodes.slice(episodes.length)];
    return {
      frames,
      split: { training, heldOut: split.heldOut.filter((episode) => !leftOut.has(episode)) },
      data: {
        dataset: data,
        episodes: played.length,
        minutes: playMinutes(played, controlHz),
        // Said only where it is not the whole of one dataset.
        ...(asked === undefined ? {} : { playMinutes: asked, heldOutOf: episodes.length }),
        ...(extra.length === 0 ? {} : { extra }),
        ...(mixRigs ? { rigs: [...new Set(caches.map(({ rig }) => rig.name))] } : {}),
        ...(leftOut.size === 0 ? {} : { leftOut: leftOut.size }),
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Numbers of the episodes that are left out, counted through all datasets. */
async function leftOutOf(dirs: readonly string[], caches: readonly FrameCache[]): Promise<Set<number>> {
  const all = new Set<number>();
  let first = 0;
  for (const [i, dir] of dirs.entries()) {
    for (const episode of await readLeftOut(dir)) all.add(first + episode);
    first += caches[i].episodes.length;
  }
  return all;
}

async function openCache(dir: string, { frame, onProgress }: OpenPlayOptions): Promise<FrameCache> {
  if (!existsSync(dir)) {
    throw new ForesightError(`no dataset at ${dir}`, {
      next: `npx foresight collect --rig sim --out ${dir} --minutes 60 --seed 1`,
    });
  }
  const dataset = await openDataset(dir);
  const total = dataset.episodes.length;
  return FrameCache.open(dataset, frame, { onProgress: (done) => onProgress?.(done, total) });
}
