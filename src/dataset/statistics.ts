/**
 * Statistics of features as LeRobot keeps them: of each episode when it is written, and of the whole dataset by
 * combining those, so that nothing is read again as a recording grows.
 */
import type { Frame } from '../spec/frame.ts';

export const QUANTILES = { q01: 0.01, q10: 0.1, q50: 0.5, q90: 0.9, q99: 0.99 } as const;
export const STATISTICS = ['min', 'max', 'mean', 'std', 'q01', 'q10', 'q50', 'q90', 'q99'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** One number a dimension for each statistic, and over how many rows. */
export type FeatureStatistics = Readonly<Record<Statistic, readonly number[]>> & { readonly count: number };

/**
 * Statistics over rows of equal length, dimension by dimension. Values that are not numbers (an object that is
 * not there) are left out; a dimension without any counts as all zeros.
 */
export function vectorStatistics(rows: readonly ArrayLike<number>[]): FeatureStatistics {
  const dimensions = rows[0].length;
  const columns = Array.from({ length: dimensions }, (_, d) => {
    const values = Float64Array.from(rows, (row) => row[d]).filter(Number.isFinite);
    return describeSorted(values.length > 0 ? values.sort() : new Float64Array(1));
  });
  return transpose(columns, rows.length);
}

/** Statistics of a video's pixels, one number a colour channel, in 0..1. */
export function imageStatistics(frames: readonly Frame[]): FeatureStatistics {
  const histograms = [0, 1, 2].map(() => new Float64Array(256));
  for (const { data } of frames) {
    for (let i = 0; i < data.length; i += 3) {
      histograms[0][data[i]]++;
      histograms[1][data[i + 1]]++;
      histograms[2][data[i + 2]]++;
    }
  }
  return transpose(histograms.map(describeHistogram), frames.length);
}

/**
 * Statistics of parts put together, as lerobot's `aggregate_feature_stats`: exact but for the quantiles, which
 * are the parts' own weighted by their counts.
 */
export function combineStatistics(parts: readonly FeatureStatistics[]): FeatureStatistics {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const perDimension = (combine: (d: number) => number): number[] => parts[0].mean.map((_, d) => combine(d));
  const weighted = (value: (part: FeatureStatistics) => number): number =>
    parts.reduce((sum, part) => sum + value(part) * part.count, 0) / count;
  const mean = perDimension((d) => weighted((part) => part.mean[d]));
  const quantile = (name: keyof typeof QUANTILES): number[] =>
    perDimension((d) => weighted((p) => p[name][d]));
  return {
    min: perDimension((d) => parts.reduce((low, part) => Math.min(low, part.min[d]), Infinity)),
    max: perDimension((d) => parts.reduce((high, part) => Math.max(high, part.max[d]), -Infinity)),
    mean,
    std: perDimension((d) => Math.sqrt(weighted((p) => p.std[d] ** 2 + (p.mean[d] - mean[d]) ** 2))),
    q01: quantile('q01'),
    q10: quantile('q10'),
    q50: quantile('q50'),
    q90: quantile('q90'),
    q99: quantile('q99'),
    count,
  };
}

type Description = Readonly<Record<Statistic, number>>;

function describeSorted(sorted: Float64Array): Description {
  const n = sorted.length;
  const mean = sorted.reduce((sum, v) => sum + v, 0) / n;
  const std = Math.sqrt(sorted.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
  const quantile = (q: number): number => {
    const at = q * (n - 1);
    const below = Math.floor(at);
    return sorted[below] + (at - below) * (sorted[Math.min(below + 1, n - 1)] - sorted[below]);
  };
  return { min: sorted[0], max: sorted[n - 1], mean, std, ...quantiles(quantile) };
}

function describeHistogram(counts: Float64Array): Description {
  const n = counts.reduce((sum, c) => sum + c, 0);
  const level = (bin: number): number => bin / 255;
  const mean = counts.reduce((sum, c, bin) => sum + c * level(bin), 0) / n;
  const std = Math.sqrt(counts.reduce((sum, c, bin) => sum + c * (level(bin) - mean) ** 2, 0) / n);
  const quantile = (q: number): number => {
    let below = 0;
    return level(counts.findIndex((c) => (below += c) > q * (n - 1)));
  };
  const bins = Array.from(counts.keys()).filter((bin) => counts[bin] > 0);
  return { min: level(bins[0]), max: level(bins[bins.length - 1]), mean, std, ...quantiles(quantile) };
}

function quantiles(quantile: (q: number) => number): Record<keyof typeof QUANTILES, number> {
  const { q01, q10, q50, q90, q99 } = QUANTILES;
  return {
    q01: quantile(q01),
    q10: quantile(q10),
    q50: quantile(q50),
    q90: quantile(q90),
    q99: quantile(q99),
  };
}

function transpose(dimensions: readonly Description[], count: number): FeatureStatistics {
  const of = (name: Statistic): number[] => dimensions.map((dimension) => dimension[name]);
  return {
    min: of('min'),
    max: of('max'),
    mean: of('mean'),
    std: of('std'),
    q01: of('q01'),
    q10: of('q10'),
    q50: of('q50'),
    q90: of('q90'),
    q99: of('q99'),
    count,
  };
}
