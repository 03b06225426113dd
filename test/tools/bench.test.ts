import { expect, test } from 'vitest';
import type { BenchReport } from '../../src/bench/bench.ts';
import { untrainedModel } from '../../src/bench/untrained.ts';
import { saveCheckpoint } from '../../src/model/checkpoint.ts';
import { ServoBusEmulator } from '../emulator/servo-bus.ts';
import { SMALL_NETWORK } from '../fixtures/hand-made.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { foresightJson } from './run-foresight.ts';

test('foresight bench measures every part and says on what', { timeout: 60_000 }, async () => {
  const model = await temporaryFolder();
  await saveCheckpoint(model, untrainedModel(SMALL_NETWORK));
  const arm = new ServoBusEmulator();
  const words = ['bench', '--repeats', '1', '--model', model, '--arm-port', arm.path];
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
