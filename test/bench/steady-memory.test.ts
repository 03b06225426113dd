/** Robots run for days: what a training step or a plan leaves behind adds up. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Left } from './many-times.ts';

const SCRIPT = join(import.meta.dirname, 'many-times.ts');
/** A state of the tiny network is 0.4 MB: kept by each of 1,000 steps, it would be 25 times this. */
const TOLERANCE_MB = 16;
const TIMEOUT_MS = 240_000;

async function manyTimes(engine: string, burnIn: number, times: number): Promise<Left> {
  const words = ['--expose-gc', '--import', 'tsx', SCRIPT, engine, String(burnIn), String(times)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout) as Left;
}

it(
  'onnx: 1,000 training steps and 1,000 plans leave memory as it was',
  async () => {
    const { residentMb, tensors, loss } = await manyTimes('onnx', 100, 1000);
    expect(residentMb[1] - residentMb[0]).toBeLessThan(TOLERANCE_MB);
    expect(tensors[1]).toBe(tensors[0]);
    // It was at work.
    expect(loss[1]).toBeLessThan(loss[0]);
  },
  TIMEOUT_MS,
);

it(
  'eager: a few leave as many tensors as there were',
  async () => {
    const { tensors, loss } = await manyTimes('eager', 2, 6);
    expect(tensors[1]).toBe(tensors[0]);
    expect(tensors[0]).toBeGreaterThan(0);
    expect(loss[1]).toBeLessThan(loss[0]);
  },
  TIMEOUT_MS,
);
