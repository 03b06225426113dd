/**
 * Learning curves: how well the arm does after so much play and so much training, and whether play that asks the model
 * teaches more than plain play of equal robot time. Everything that is finished stays finished: models, play, tasks,
 * points.
 */
import { join } from 'node:path';
import type { Rescale } from '../control/foresight.ts';
import { openDataset } from '../dataset/reader.ts';
import { firstEpisodes } from '../dataset/splits.ts';
import { runCampaign, threadsPerJob, type CampaignOptions } from '../evaluation/campaign.ts';
import type { SuiteResult } from '../evaluation/evaluate.ts';
import { openJournal } from '../evaluation/journal.ts';
import { loadCheckpoint } from '../model/checkpoint.ts';
import { DEFAULT_NETWORK, type NetworkConfig } from '../model/registry.ts';
import { improve, type ImproveOptions } from '../practice/improve.ts';
import { modelPolicyNames } from '../practice/registry.ts';
import { openSimRig } from '../rig/sim-rig.ts';
import { ensure } from '../spec/errors.ts';
import type { TrainingConfig } from '../training/config.ts';
import { fit, type FitOptions } from '../training/fit.ts';
import type { Metrics } from '../training/metrics.ts';
import {
  budgetName,
  findPoint,
  networkLabel,
  PLAIN,
  readPoints,
  writePoints,
  type CurvePoint,
  type PointSettings,
} from './curve-points.ts';

export interface CurveConfig {
  /** The plain play. */
  readonly data: string;
  /** `plain`, and ways of playing that ask a model. */
  readonly arms: readonly string[];
  /** Minutes of robot time, in which all of an arm's play is counted. */
  readonly playMinutes: readonly number[];
  readonly budgets: readonly TrainingConfig['budget'][];
  /** Of an arm that asks a model: the share of its play that is plain, and in how many rounds the rest comes. */
  readonly plainShare: number;
  readonly rounds: number;
  readonly episodeSteps: number;
  readonly playSeed: number;
  readonly networks: readonly NetworkConfig[];
  /** Its budget is replaced by each of `budgets`. */
  readonly training: TrainingConfig;
  readonly suite: string;
  readonly planner: string;
  readonly seed: number;
  readonly tasks: number;
}

export interface CurveOptions {
  readonly config: CurveConfig;
  readonly out: string;
  /** Shared by the processes of `crew`, which carry out the tasks, where there is one. */
  readonly threads: number;
  /** What computes; the default engine when not given. */
  readonly engine?: ImproveOptions['engine'];
  readonly crew?: CampaignOptions['crew'];
  readonly rescale: Rescale;
  readonly signal?: AbortSignal;
  /** A point is begun; `done` of `total` are finished. */
  readonly onBegin?: (settings: PointSettings, done: number, total: number) => void;
  readonly onCaching?: FitOptions['onCaching'];
  readonly onTraining?: FitOptions['onProgress'];
  readonly onCollect?: ImproveOptions['onCollect'];
  readonly onTask?: (finished: number, successes: number) => void;
  /** Sees all points of this curve that there are by now. */
  readonly onPoint?: (points: readonly CurvePoint[]) => void | Promise<void>;
}

/** Measures the points that are missing; answers with those of this curve that there are, in the curve's order. */
export async function learningCurve(
  options: CurveOptions,
): Promise<{ finished: boolean; points: CurvePoint[] }> {
  const { config, out, signal } = options;
  const wanted = await pointsOf(config);
  const all = await readPoints(out);
  const found = (): CurvePoint[] => wanted.flatMap((settings) => findPoint(all, settings) ?? []);
  for (const settings of wanted) {
    if (signal?.aborted) break;
    if (findPoint(all, settings)) continue;
    options.onBegin?.(settings, found().length, wanted.length);
    const point = await measurePoint(settings, options);
    if (point === null) break;
    all.push(point);
    await writePoints(out, all);
    await options.onPoint?.(found());
  }
  const points = found();
  return { finished: points.length === wanted.length, points };
}

/** Every point's settings, the least play first; throws before anything is begun when the play does not suffice. */
async function pointsOf(config: CurveConfig): Promise<PointSettings[]> {
  const known = [PLAIN, ...modelPolicyNames];
  for (const arm of config.arms) {
    ensure(known.includes(arm), `there is no arm '${arm}'`, `use some of: ${known.join(', ')}`);
  }
  ensure(
    config.plainShare < 1 || config.arms.every((arm) => arm === PLAIN),
    `where a model is asked, ${config.plainShare} of the play cannot be plain`,
    'give a share below 1 (--plain-share)',
  );
  const { rig, episodes } = await openDataset(config.data);
  const { data, playSeed, suite, planner, seed, tasks, plainShare, rounds } = config;
  const same = { data, episodes: episodes.length };
  const asked = { playSeed, suite, planner, seed, tasks };
  return config.playMinutes.flatMap((playMinutes) =>
    config.budgets.flatMap((budget) =>
      config.networks.flatMap((network) =>
        config.arms.map((arm): PointSettings => {
          firstEpisodes(episodes, plainMinutes(config, arm, playMinutes), rig.controlHz);
          const training = { ...config.training, budget };
          const mixed = arm === PLAIN ? {} : { plainShare, rounds };
          return { arm, playMinutes, ...mixed, ...same, network, training, ...asked };
        }),
      ),
    ),
  );
}

function plainMinutes({ plainShare }: Pick<CurveConfig, 'plainShare'>, arm: string, minutes: number): number {
  return arm === PLAIN ? minutes : plainShare * minutes;
}

/** Plays, trains and evaluates for one point; null when the signal stopped it. */
async function measurePoint(settings: PointSettings, options: CurveOptions): Promise<CurvePoint | null> {
  const { arm, playMinutes } = settings;
  const model =
    arm === PLAIN ? await trainPlain(settings, playMinutes, options) : await trainArm(settings, options);
  if (model === null) return null;
  const result = await evaluateModel(model.dir, settings, options);
  if (result === null) return null;
  const { movedCm, psnr, ssim } = model.metrics;
  const { training, predictor } = await loadCheckpoint(model.dir);
  const { reached } = training as { reached: { step: number; elapsedMs: number } };
  const ahead = movedCm.model.length;
  const [errorCm, nothingMovesCm] = [movedCm.model, movedCm.nothingMoves].map((errors) => errors[ahead - 1]);
  return {
    settings,
    model: model.dir,
    steps: reached.step,
    trainedMinutes: reached.elapsedMs / 60_000,
    macs: predictor.macs(),
    heldOut: { ahead, errorCm, nothingMovesCm, psnr, ssim },
    success: result.success,
    finalCm: result.finalCm,
    planMs: result.planMs,
  };
}

/** Where a model and the play that asked for it go. */
function folderName(
  arm: string,
  minutes: number,
  { network, training }: Pick<PointSettings, 'network' | 'training'>,
): string {
  const label = networkLabel(network);
  const name = `${arm}-${minutes}min-${budgetName(training.budget)}`;
  return label === DEFAULT_NETWORK ? name : `${label}-${name}`;
}

type Trained = { readonly dir: string; readonly metrics: Metrics } | null;

/** A model of the first `minutes` of plain play: a point of its own, or what an arm begins with. */
async function trainPlain(
  { data, network, training }: PointSettings,
  minutes: number,
  { out, threads, engine, signal, onCaching, onTraining }: CurveOptions,
): Promise<Trained> {
  const dir = join(out, folderName(PLAIN, minutes, { network, training }));
  const { finished, metrics } = await fit({
    play: { data, playMinutes: minutes },
    dir,
    network,
    config: training,
    threads,
    engine,
    ...(signal ? { signal } : {}),
    ...(onCaching ? { onCaching } : {}),
    ...(onTraining ? { onProgress: onTraining } : {}),
  });
  return finished ? { dir, metrics } : null;
}

/** A model of plain play and of play that asked a model, in rounds. */
async function trainArm(settings: PointSettings, options: CurveOptions): Promise<Trained> {
  const { arm, playMinutes, data, planner, network, training, playSeed } = settings;
  const { config, out, rescale, threads, engine, signal, onCollect, onCaching, onTraining } = options;
  const plain = plainMinutes(config, arm, playMinutes);
  const first = await trainPlain(settings, plain, options);
  if (first === null) return null;
  const { finished, rounds } = await improve({
    settings: {
      model: first.dir,
      play: { data, playMinutes: plain },
      policy: arm,
      planner,
      minutes: (playMinutes - plain) / config.rounds,
      episodeSteps: config.episodeSteps,
      seed: playSeed,
      network,
      training,
    },
    out: join(out, folderName(arm, playMinutes, settings)),
    rounds: config.rounds,
    openRig: () => openSimRig(),
    rescale,
    threads,
    engine,
    ...(signal ? { signal } : {}),
    ...(onCollect ? { onCollect } : {}),
    ...(onCaching ? { onCaching } : {}),
    ...(onTraining ? { onTraining } : {}),
  });
  const last = rounds[config.rounds - 1];
  return finished ? { dir: last.model, metrics: last.after } : null;
}

async function evaluateModel(
  dir: string,
  { suite, planner, seed, tasks }: PointSettings,
  { out, threads, engine, crew, signal, onTask }: CurveOptions,
): Promise<SuiteResult | null> {
  const indices = Array.from({ length: tasks }, (_, index) => index);
  const share = threadsPerJob(threads, crew?.jobs ?? 1);
  const spec = { suite, contender: dir, seed, planner, plannerOptions: {}, threads: share, engine };
  const [{ result }] = await runCampaign([{ spec, indices }], {
    journal: await openJournal(join(out, 'tasks.jsonl')),
    ...(crew ? { crew } : {}),
    ...(signal ? { signal } : {}),
    onTask: ({ finished }) => onTask?.(finished.length, finished.filter(({ success }) => success).length),
  });
  return result.episodes.length === tasks ? result : null;
}
