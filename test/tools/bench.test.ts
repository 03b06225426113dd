import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BenchReport } from '../../src/bench/bench.ts';
import type { BesideReport } from '../../tools/bench.ts';
import { untrainedModel } from '../../src/bench/untrained.ts';
import { saveCheckpoint } from '../../src/model/checkpoint.ts';
import { ServoBusEmulator } from '../emulator/servo-bus.ts';
import { SMALL_NETWORK } from '../fixtures/hand-made.ts';
import { testRig } from '../fixtures/rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { foresightJson } from './run-foresight.ts';

test('foresight bench measures every part and says on what', { timeout: 60_000 }, async () => {
  const model = await temporaryFolder();
  await saveCheckpoint(model, untrainedModel(SMALL_NETWORK));
  const arm = new ServoBusEmulator();
  const rig = join(model, 'desk.json');
  const described = { ...testRig({ height: 120, width: 160 }), robot: 'so101', driver: { port: arm.path } };
  await writeFile(rig, JSON.stringify(described));
  const words = ['bench', '--repeats', '1', '--model', model, '--rig', rig];
  const report = (await foresightJson(words)) as BenchReport;
  expect(arm.servos.some(({ torqueOn }) => torqueOn)).toBe(false);
  arm.dispose();
  const { machine, settings, measurements, peakMemoryMb } = report;
  expect(machine.cores).toBeGreaterThan(0);
  expect(settings).toMatchObject({
    model,
    network: SMALL_NETWORK,
    provider: 'cpu',
    threads: 2,
    repeats: 1,
    training: { batch: 32, horizon: 6, shards: 2 },
    rollouts: { candidates: 128, horizon: 10 },
    planner: { name: 'icem', horizon: 10 },
  });
  const units = measurements.map(({ unit }) => unit);
  for (const unit of ['physics steps/s', 'control steps/s', 'frames/s', 'predicted frames/s', 'ms']) {
    expect(units).toContain(unit);
  }
  const subjects = measurements.map(({ what }) => what).join('; ');
  for (const subject of ['camera', 'servo bus', 'training', 'track', 'plan', 'rollouts'])
    expect(subjects).toContain(subject);
  for (const { what, median, p95, repeats } of measurements) {
    expect(median, what).toBeGreaterThan(0);
    expect(p95, what).toBeGreaterThan(0);
    expect(repeats, what).toBe(1);
  }
  expect(peakMemoryMb).toBeGreaterThan(100);
});

test('foresight bench --beside compares two engines pair by pair', { timeout: 120_000 }, async () => {
  const model = await temporaryFolder();
  await saveCheckpoint(model, untrainedModel(SMALL_NETWORK));
  const words = ['bench', '--repeats', '1', '--model', model, '--beside', 'onnx:cpu'];
  const { settings, comparisons } = (await foresightJson(words)) as BesideReport;
  const side = { name: 'onnx:cpu', model, network: SMALL_NETWORK, engine: 'onnx', provider: 'cpu' };
  expect(settings).toMatchObject({
    sides: [side, side],
    threads: 2,
    repeats: 1,
    rollouts: { candidates: 128, horizon: 10 },
    planner: { name: 'icem', candidates: 40, iterations: 1, horizon: 10, finalists: 6, copies: 3 },
  });
  expect(comparisons.map(({ what }) => what.split(/[,:]/)[0])).toEqual([
    'training',
    'choosing an action',
    'rollouts',
  ]);
  for (const { what, median, p95, ratio } of comparisons) {
    // Of one pair, the median of the ratios is the ratio of the medians.
    expect(ratio, what).toBeCloseTo(median[1] / median[0], 9);
    expect(p95, what).toEqual(median);
  }
});
