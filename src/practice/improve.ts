/**
 * Model-based reinforcement learning in its plainest form ("v1.0": act with the planner, add what happened to the data,
 * refit): rounds of playing with the present model and of learning from all the play there is by then.
 *
 * Each round's model is trained anew, not continued: a network that is continued on grown data ends up worse than one
 * that saw all of it from the start (Ash & Adams 2020, "On Warm-Starting Neural Network Training"), and a model that
 * follows from its data and a seed alone can be compared with one that learned from as much plain play.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineChoice } from '../compute/choice.ts';
import type { Rescale } from '../control/foresight.ts';
import { writeJson } from '../dataset/files.ts';
import { openDataset } from '../dataset/reader.ts';
import { controlSteps } from '../dataset/splits.ts';
import { DatasetWriter } from '../dataset/writer.ts';
import type { NetworkConfig } from '../model/registry.ts';
import { collect, type CollectProgress } from '../play/collect.ts';
import type { LiveRig } from '../rig/live-rig.ts';
import { stepsOf } from '../spec/episode.ts';
import { ensure } from '../spec/errors.ts';
import type { TrainingConfig } from '../training/config.ts';
import { fit, measureModel, type FitOptions } from '../training/fit.ts';
import type { Metrics } from '../training/metrics.ts';
import type { PlayChoice } from '../training/open-play.ts';
import { openModelPolicy } from './registry.ts';

/** What the rounds follow from; a folder holds rounds of one such choice. */
export interface ImproveSettings {
  /** The first round's checkpoint. */
  readonly model: string;
  /** The play that it learned from, which every refit learns from too. */
  readonly play: PlayChoice;
  /** How to play with a model: see `modelPolicyNames`. */
  readonly policy: string;
  readonly planner: string;
  /** Minutes of robot time a round. */
  readonly minutes: number;
  /** Control steps in an episode. */
  readonly episodeSteps: number;
  /** Of scenes and of the policy. */
  readonly seed: number;
  readonly network: NetworkConfig;
  readonly training: TrainingConfig;
}

export interface ImproveOptions {
  readonly settings: ImproveSettings;
  /** Where play and models go: `play`, `round-1`, `round-2`, ... */
  readonly out: string;
  readonly rounds: number;
  /** Opens the rig to play with; not called when all has been played. */
  readonly openRig: () => Promise<LiveRig>;
  readonly rescale: Rescale;
  readonly threads: number;
  /** What computes; the default engine when not given. */
  readonly engine?: EngineChoice | undefined;
  readonly signal?: AbortSignal;
  readonly onCollect?: (round: number, progress: CollectProgress) => void;
  readonly onCaching?: FitOptions['onCaching'];
  readonly onTraining?: FitOptions['onProgress'];
  readonly onRound?: (round: Round) => void;
}

/** One finished round. */
export interface Round {
  /** 1, 2, ... */
  readonly round: number;
  /** Minutes of play that the model of this round was asked for, with those of the rounds before. */
  readonly minutes: number;
  readonly model: string;
  /** On the plain play's held-out episodes: the model that played, and the one that learned from it. */
  readonly before: Metrics;
  readonly after: Metrics;
}

/** Carries out what is missing of the rounds; stops between two steps of any kind when the signal fires. */
export async function improve(options: ImproveOptions): Promise<{ finished: boolean; rounds: Round[] }> {
  const { settings, out, signal, onRound } = options;
  const rounds = await readRounds(out, settings);
  const save = (): Promise<void> => writeJson(roundsPath(out), { settings, rounds });
  if (rounds.length === 0) await save();
  while (rounds.length < options.rounds && !signal?.aborted) {
    const round = rounds.length + 1;
    const model = rounds.at(-1)?.model ?? settings.model;
    if (!(await playRound(round, model, options))) break;
    const refit: Omit<FitOptions, 'dir'> = {
      play: { ...settings.play, extra: [...(settings.play.extra ?? []), playPath(out)] },
      network: settings.network,
      config: settings.training,
      threads: options.threads,
      engine: options.engine,
      ...(signal ? { signal } : {}),
      ...(options.onCaching ? { onCaching: options.onCaching } : {}),
      ...(options.onTraining ? { onProgress: options.onTraining } : {}),
    };
    const before = rounds.at(-1)?.after ?? (await measureModel(model, refit));
    const dir = join(out, `round-${round}`);
    const { finished, metrics } = await fit({ ...refit, dir });
    if (!finished) break;
    const done = { round, minutes: round * settings.minutes, model: dir, before, after: metrics };
    rounds.push(done);
    await save();
    onRound?.(done);
  }
  return { finished: rounds.length >= options.rounds, rounds };
}

/** Plays with `model` until the round's play is there; false when the signal stopped it. */
async function playRound(
  round: number,
  model: string,
  { settings, out, openRig, rescale, threads, engine, signal, onCollect }: ImproveOptions,
): Promise<boolean> {
  const { planner, minutes, seed, episodeSteps } = settings;
  if (await holdsPlay(playPath(out), round * minutes)) return true;
  const rig = await openRig();
  try {
    const { policy, close } = await openModelPolicy(settings.policy, model, {
      rig: rig.rig,
      planner,
      threads,
      engine,
      rescale,
    });
    const writer = await DatasetWriter.open(playPath(out), rig.rig, { truth: rig.truth !== undefined });
    try {
      const { complete } = await collect(rig, writer, {
        minutes: round * minutes,
        seed,
        policy,
        episodeSteps,
        ...(signal ? { signal } : {}),
        onProgress: (progress) => onCollect?.(round, progress),
      });
      return complete;
    } finally {
      await writer.close();
      await close();
    }
  } finally {
    await rig.close();
  }
}

/** Whether so many minutes of play are there: a round that was stopped while it learned needs no arm to go on. */
async function holdsPlay(dir: string, minutes: number): Promise<boolean> {
  if (!existsSync(dir)) return false;
  const { rig, episodes } = await openDataset(dir);
  return controlSteps(episodes) >= stepsOf(minutes, rig.controlHz);
}

const playPath = (out: string): string => join(out, 'play');
const roundsPath = (out: string): string => join(out, 'rounds.json');

/** The rounds that are finished; none where nothing was begun. Throws when they followed other settings. */
async function readRounds(out: string, settings: ImproveSettings): Promise<Round[]> {
  const text = await readFile(roundsPath(out), 'utf8').catch(() => null);
  if (text === null) return [];
  const found = JSON.parse(text) as { settings: ImproveSettings; rounds: Round[] };
  ensure(
    JSON.stringify(found.settings) === JSON.stringify(settings),
    `${out}: holds rounds with other settings`,
    'improve into another folder (--out), or repeat its settings to go on with it',
  );
  return found.rounds;
}
