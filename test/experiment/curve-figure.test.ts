import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { proportion } from '../../src/evaluation/statistics.ts';
import { curveFigure } from '../../src/experiment/curve-figure.ts';
import type { CurvePoint } from '../../src/experiment/curve-points.ts';
import { defaultNetwork, NETWORKS } from '../../src/model/registry.ts';
import { trainingSchema } from '../../src/training/config.ts';
import { writeSvgAsPng } from '../../src/video/svg.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function point(
  arm: string,
  playMinutes: number,
  successes: number,
  errorCm: number,
  minutes = 12,
): CurvePoint {
  return {
    settings: {
      arm,
      playMinutes,
      data: 'play',
      episodes: 100,
      network: defaultNetwork(NETWORKS[0]),
      training: trainingSchema.parse({ budget: { minutes } }),
      playSeed: 2,
      suite: 'push',
      planner: 'any',
      seed: 7,
      tasks: 20,
    },
    model: `${arm}-${playMinutes}`,
    steps: 300,
    macs: 1e7,
    trainedMinutes: minutes,
    heldOut: { ahead: 10, errorCm, nothingMovesCm: 8, psnr: 30, ssim: 0.9 },
    success: proportion(successes, 20),
    finalCm: { mean: 2, median: 1 },
    planMs: { median: 200, p95: 250 },
  };
}

/** Centres of the discs: the markers of the first line, in both panels and the legend. */
function discs(svg: string): { x: number; y: number }[] {
  return [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
}

describe('the figure of a learning curve', () => {
  // The panels are 360 wide and 250 high; the first begins at 64, the second at 532, both 36 from the top.
  const svg = curveFigure([point('plain', 100, 20, 2), point('plain', 10, 10, 4)]);

  it('puts success where its rate says, by the logarithm of minutes', () => {
    const [first, last] = discs(svg);
    expect(first.y).toBeCloseTo(36 + 125, 1);
    expect(last.y).toBeCloseTo(36, 1);
    // From 8 to 125 minutes: a factor of 1.25 is left at either side.
    const share = Math.log(1.25) / Math.log(125 / 8);
    expect(first.x).toBeCloseTo(64 + 360 * share, 1);
    expect(last.x).toBeCloseTo(64 + 360 * (1 - share), 1);
  });

  it('puts errors between 0 and the error of predicting no motion', () => {
    const [, , first, last] = discs(svg);
    expect(first.y).toBeCloseTo(36 + 125, 1);
    expect(last.y).toBeCloseTo(36 + 187.5, 1);
    expect(svg).toContain('predicting that nothing moves');
  });

  it('draws the 95% interval of every success rate', () => {
    const { low, high } = proportion(10, 20);
    const y = (rate: number): number => Math.round(10 * (36 + 250 * (1 - rate))) / 10;
    expect(svg).toContain(` ${y(low)}V${y(high)}`);
    expect(svg.match(/V[\d.]+M/g)).toHaveLength(2);
  });

  it('has a line for each arm and each budget, named in the legend', () => {
    const many = curveFigure([
      point('plain', 10, 3, 4),
      point('plain', 20, 5, 3.5),
      point('plain', 10, 2, 4.5, 3),
      point('curious', 20, 8, 3),
    ]);
    for (const words of [
      'plain play, up to 12 min',
      'plain play, up to 3 min',
      'curious play, up to 12 min',
    ]) {
      expect(many).toContain(words);
    }
    expect(new Set([...many.matchAll(/stroke="(#\w{6})" stroke-width="2"/g)].map(([, c]) => c)).size).toBe(3);
  });

  it('is a picture that can be drawn, words within it', async () => {
    const dir = await temporaryFolder();
    await writeSvgAsPng(svg, join(dir, 'curve.png'));
    const { width, height } = await sharp(await readFile(join(dir, 'curve.png'))).metadata();
    const viewBox = /viewBox="0 0 (\d+) (\d+)"/.exec(svg);
    expect([width, height]).toEqual([2 * Number(viewBox?.[1]), 2 * Number(viewBox?.[2])]);
    for (const [, y] of svg.matchAll(/<text x="[\d.]+" y="([\d.]+)"/g)) {
      expect(Number(y)).toBeLessThan(Number(viewBox?.[2]));
    }
  });
});
