import { expect, test } from 'vitest';
import { fitWorkspace, solveTable } from '../../src/calibration/table.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { checkWorkspace } from '../../src/robot/limits.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import type { Rig } from '../../src/spec/rig.ts';
import { turned } from '../../src/spec/on-table.ts';

/** A base at (0.02, 0.26, -0.01) m that faces the camera, a little askew. */
const BASE: Vector3 = [0.02, 0.26, -0.01];
const YAW = -1.5;
/** The corners as the arm's own frame has them, from near left on. */
const touches = [
  [-0.2, -0.12],
  [0.2, -0.12],
  [0.2, 0.12],
  [-0.2, 0.12],
].map(([x, y]): Vector3 => {
  const [px, py] = turned([x - BASE[0], y - BASE[1]], -YAW);
  return [px, py, -BASE[2]];
});

test('where the arm stands, from four touched corners', () => {
  const { base, baseYawRad, table, unevenM } = solveTable(touches);
  base.forEach((v, d) => expect(v).toBeCloseTo(BASE[d], 9));
  expect(baseYawRad).toBeCloseTo(YAW, 9);
  expect(unevenM).toBeCloseTo(0, 9);
  table.low.forEach((v, d) => expect(v).toBeCloseTo([-0.2, -0.12][d], 9));
  table.high.forEach((v, d) => expect(v).toBeCloseTo([0.2, 0.12][d], 9));
});

test('corners in another order, or in the air, are no table', () => {
  const [a, b, c, d] = touches;
  expect(() => solveTable([d, c, b, a])).toThrow('touched in another order');
  expect(() => solveTable([a, b, c, [d[0], d[1], d[2] + 0.04]])).toThrow('30 mm off one level');
});

const far = { low: [0.6, -0.1], high: [0.9, 0.1] } as unknown as Rig['table'];

test('the workspace is as much of the table as the arm reaches', () => {
  const rig = simRig();
  // All of the simulated table, of which the arm does not reach the corners at its sides.
  const box = fitWorkspace(rig);
  expect(() => checkWorkspace({ arm: rig.arm, actionSpec: rig.action, workspace: box })).not.toThrow();
  expect(box.high[0] - box.low[0]).toBeGreaterThan(0.3);
  expect(box.high[1] - box.low[1]).toBeGreaterThan(0.2);
  const small = { low: [-0.1, -0.1], high: [0.1, 0.08] } as unknown as Rig['table'];
  const { low, high } = fitWorkspace({ ...rig, table: small });
  expect(() => fitWorkspace({ ...rig, table: far })).toThrow('does not reach enough of the table');
  expect([low[0], low[1], high[0], high[1]].map((v) => Math.round(1000 * v))).toEqual([-80, -80, 80, 60]);
});
