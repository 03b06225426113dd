/** The points of a learning curve as they lie on disk: `points.jsonl`, one line a point, each with all it follows from. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Proportion } from '../evaluation/statistics.ts';
import { replaceFileWith } from '../files/atomic.ts';
import { networkSettings, type NetworkConfig } from '../model/registry.ts';
import type { TrainingConfig } from '../training/config.ts';

/** How the play was come by: `plain`, or a way of playing that asks a model (then a part of it is plain). */
export const PLAIN = 'plain';

/** What one point follows from. */
export interface PointSettings {
  readonly arm: string;
  /** Minutes of robot time in all. */
  readonly playMinutes: number;
  /** Of an arm that is not plain: the share of its play that is, and how many rounds the rest comes in. */
  readonly plainShare?: number;
  readonly rounds?: number;
  /** The plain play, and how many episodes it had: held-out episodes are drawn from them. */
  readonly data: string;
  readonly episodes: number;
  readonly network: NetworkConfig;
  readonly training: TrainingConfig;
  /** Seed of what an arm plays. */
  readonly playSeed: number;
  readonly suite: string;
  readonly planner: string;
  /** Seed and number of the tasks. */
  readonly seed: number;
  readonly tasks: number;
}

/** One measured point. */
export interface CurvePoint {
  readonly settings: PointSettings;
  readonly model: string;
  /** What the training came to. */
  readonly steps: number;
  readonly trainedMinutes: number;
  /** Multiply-accumulates of one predicted frame. */
  readonly macs: number;
  /**
   * Mean error of held-out designated points that moved, after `ahead` steps, beside predicting that nothing moves: on
   * the table, so that networks that see frames of different sizes compare.
   */
  readonly heldOut: {
    readonly ahead: number;
    readonly errorCm: number;
    readonly nothingMovesCm: number;
    readonly psnr: number;
    readonly ssim: number;
  };
  readonly success: Proportion;
  readonly finalCm: { readonly mean: number; readonly median: number };
  /** Of one plan; null where nothing was planned. */
  readonly planMs: { readonly median: number; readonly p95: number } | null;
}

const pointsPath = (out: string): string => join(out, 'points.jsonl');

/** All points in `out`, of whichever settings; none where there is no file. */
export async function readPoints(out: string): Promise<CurvePoint[]> {
  const text = await readFile(pointsPath(out), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CurvePoint);
}

/** Writes the file anew with these points. */
export async function writePoints(out: string, points: readonly CurvePoint[]): Promise<void> {
  await replaceFileWith(pointsPath(out), points.map((point) => `${JSON.stringify(point)}\n`).join(''));
}

/** The point that was measured with exactly these settings. */
export function findPoint(points: readonly CurvePoint[], settings: PointSettings): CurvePoint | undefined {
  const wanted = JSON.stringify(settings);
  return points.find((point) => JSON.stringify(point.settings) === wanted);
}

/** What a point's network is called: in a figure, and in a folder's name where it is not the default one. */
export function networkLabel(network: NetworkConfig): string {
  const settings = Object.entries(networkSettings(network, 'changed')).map(
    ([key, value]) => `${key}${value}`,
  );
  return [network.network, ...settings].join('-');
}

/** A training budget in a word that also serves in a folder's name: `12min`, `300steps`. */
export function budgetName(budget: TrainingConfig['budget']): string {
  return 'minutes' in budget ? `${budget.minutes}min` : `${budget.steps}steps`;
}
