import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createOnnxEngine } from '../../src/compute/onnx-engine.ts';
import type { Value, Values } from '../../src/compute/compute.ts';
import { loadCheckpoint } from '../../src/model/checkpoint.ts';
import { randomFromState, type Random } from '../../src/spec/random.ts';
import { trainingSchema } from '../../src/training/config.ts';
import { train, type BatchSource, type TrainOptions } from '../../src/training/train.ts';
import { batchOf, waves } from '../fixtures/batch.ts';
import { SMALL_NETWORK, SMALL_PREDICTOR, SMALL_RIG } from '../fixtures/hand-made.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const STEPS = 6;
const config = trainingSchema.parse({
  budget: { steps: STEPS },
  batch: 1,
  shards: 1,
  metricsHorizon: 1,
  schedule: {
    warmupSteps: 2,
    horizons: [
      { from: 0, horizon: 1 },
      { from: 0.5, horizon: 2 },
    ],
  },
});
const engine = createOnnxEngine({ threads: 1 });

/** Waves of random phase, moving at random; `watch` sees every request before it is answered. */
function seededSource(watch: (count: number, horizon: number) => void = () => {}): BatchSource {
  let random: Random = randomFromState(11);
  let count = 0;
  return {
    controlSteps: 4,
    next(horizon) {
      watch(++count, horizon);
      const [phase, speed] = [random.uniform(0, 6), random.uniform(0.1, 0.3)];
      const frames = Array.from({ length: horizon + 1 }, (_, t) => waves(phase + speed * t));
      return batchOf([{ frames, plate: waves(phase + 2) }]);
    },
    state: () => random.state(),
    restore(state) {
      random = randomFromState(state);
    },
  };
}

const heldOut = [
  {
    values: () => batchOf([{ frames: [waves(0), waves(0.3)] }]),
    pixels: [[0, 4].map((col) => ({ row: 10, col }))],
    moved: [true],
  },
];

const options = (dir: string, changed: Partial<TrainOptions> = {}): TrainOptions => ({
  dir,
  rig: SMALL_RIG,
  network: SMALL_NETWORK,
  config,
  engine,
  source: seededSource(),
  heldOut,
  data: { path: 'waves' },
  ...changed,
});

async function metricsLines(dir: string): Promise<{ step: number; loss: number; psnr: number }[]> {
  const text = await readFile(join(dir, 'metrics.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; loss: number; psnr: number });
}

const allFinite = (weights: Readonly<Record<string, Value>>): boolean =>
  Object.values(weights).every(({ data }) => data.every(Number.isFinite));

describe('training', () => {
  it('from the same seed ends with the same weights, stopped half-way or not', async () => {
    const [straight, dir] = [await temporaryFolder(), await temporaryFolder()];
    const horizons: number[] = [];
    const whole = await train(options(straight, { source: seededSource((_, h) => horizons.push(h)) }));
    expect(whole.finished).toBe(true);
    expect(horizons).toEqual([1, 1, 1, 2, 2, 2]);

    const stop = new AbortController();
    const source = seededSource((count) => {
      if (count === 4) stop.abort();
    });
    expect((await train(options(dir, { source, signal: stop.signal }))).finished).toBe(false);
    const half = await loadCheckpoint(dir);
    expect(half.training.reached).toMatchObject({ step: 4 });
    const rest: number[] = [];
    const resumed = await train(options(dir, { source: seededSource((_, h) => rest.push(h)) }));
    expect({ ...resumed, elapsedMs: 0 }).toEqual({ ...whole, elapsedMs: 0 });
    expect(whole).toMatchObject({ step: STEPS, macs: SMALL_PREDICTOR.macs() });
    expect(rest).toEqual([2, 2]);

    const [one, other] = [await loadCheckpoint(straight), await loadCheckpoint(dir)];
    expect(other.weights).toEqual(one.weights);
    expect(half.weights).not.toEqual(one.weights);
    expect(one.training).toMatchObject({ seed: 1, data: { path: 'waves' }, reached: { step: STEPS } });
    expect(one.training.metrics).toEqual(whole.metrics);
    expect((await metricsLines(dir)).map(({ step }) => step)).toEqual([4, STEPS]);
    expect((await metricsLines(dir))[1].psnr).toBeCloseTo(whole.metrics.psnr, 6);
  });

  it('asked again when it is finished, changes nothing', async () => {
    const dir = await temporaryFolder();
    const once = await train(options(dir));
    const files = ['metrics.jsonl', 'config.json', 'training/progress.json'].map((name) => join(dir, name));
    const written = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(await train(options(dir))).toEqual(once);
    expect(await Promise.all(files.map((file) => readFile(file, 'utf8')))).toEqual(written);
  });

  it('told to stop before it starts still leaves a checkpoint to go on from', async () => {
    const dir = await temporaryFolder();
    expect((await train(options(dir, { signal: AbortSignal.abort() }))).finished).toBe(false);
    const { weights, training } = await loadCheckpoint(dir);
    expect(training.reached).toMatchObject({ step: 0 });
    expect(allFinite(weights)).toBe(true);
  });

  it('refuses to go on with other settings', async () => {
    const dir = await temporaryFolder();
    await train(options(dir, { config: { ...config, budget: { steps: 1 } } }));
    const other = train(options(dir, { config: { ...config, seed: 2 } }));
    await expect(other).rejects.toThrow('holds a training run with other settings or data');
  });

  it.each([
    [
      'the loss is no longer a number',
      'the loss became NaN at step 3',
      (batch: Values) => {
        // What was seen at the end: the prediction itself stays sound.
        batch.frames.data.fill(NaN, batch.frames.data.length - batch.plate.data.length);
      },
    ],
    [
      'positions are no longer numbers',
      'its program failed at step 3',
      (batch: Values) => {
        batch.camera.data.fill(NaN);
      },
    ],
  ])('stops when %s, and keeps the last good checkpoint', async (_, message, spoil) => {
    const dir = await temporaryFolder();
    const good = seededSource();
    let count = 0;
    const source: BatchSource = {
      ...good,
      async next(horizon) {
        const batch = await good.next(horizon);
        if (++count === 3) spoil(batch);
        return batch;
      },
    };
    // A checkpoint after every step.
    const often = { ...config, checkpointSeconds: 1e-9 };
    const failing = train(options(dir, { source, config: often }));
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toMatchObject({ next: expect.stringContaining(dir) as string });
    const { weights, training } = await loadCheckpoint(dir);
    expect(training.reached).toMatchObject({ step: 2 });
    expect(allFinite(weights)).toBe(true);
    expect((await metricsLines(dir)).map(({ step }) => step)).toEqual([1, 2]);
  });

  it('ends before its minutes are over when it has passed over the play often enough', async () => {
    const dir = await temporaryFolder();
    // Two passes over 4 control steps, one window a training step.
    const short = trainingSchema.parse({ ...config, budget: { minutes: 60 }, passes: 2 });
    const { finished } = await train(options(dir, { config: short }));
    expect(finished).toBe(true);
    expect((await metricsLines(dir)).at(-1)?.step).toBe(8);
  });

  it('counts no time that was spent measuring: a run that was stopped once passed for finished by it', async () => {
    const dir = await temporaryFolder();
    const hour = 3_600_000;
    const now = performance.now.bind(performance);
    let later = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now() + later);
    const stop = new AbortController();
    const source = seededSource((count) => {
      if (count === 2) stop.abort();
    });
    const measuring = (): Promise<void> => {
      later += hour;
      return Promise.resolve();
    };
    const minutes = trainingSchema.parse({ ...config, budget: { minutes: 60 }, passes: 100 });
    const result = await train(
      options(dir, { config: minutes, source, signal: stop.signal, onExamples: measuring }),
    );
    vi.restoreAllMocks();
    expect(later).toBe(hour);
    expect(result.finished).toBe(false);
    expect(result.elapsedMs).toBeLessThan(hour);
    expect((await loadCheckpoint(dir)).training.reached).toMatchObject({ elapsedMs: result.elapsedMs });
  });
});
