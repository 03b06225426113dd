import { expect, it } from 'vitest';
import { armMaskValue, cameraValue, contextSpecs, frameValue } from '../../src/model/context-values.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { makeFrame } from '../../src/spec/frame.ts';
import { inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import { project } from '../../src/spec/projection.ts';

const SIZE = { height: 30, width: 40 };

it('are shaped as a compiled network wants them', () => {
  const rig = simRig();
  const frame = makeFrame(SIZE);
  frame.data.set([255, 51, 0], 3 * (2 * SIZE.width + 5));
  const values = {
    frame: frameValue(frame),
    armMask: armMaskValue(rig, inverseKinematics(rig.arm, rig.workspace.low), SIZE),
    camera: cameraValue(rig, SIZE),
  };
  const specs = contextSpecs(SIZE);
  for (const [name, { shape, data }] of Object.entries(values)) {
    expect(shape, name).toEqual(specs[name].shape);
    expect(data.length, name).toBe(shape.reduce((a, b) => a * b));
  }
  const at = 3 * (2 * SIZE.width + 5);
  expect([...values.frame.data.subarray(at, at + 3)]).toEqual([1, Math.fround(0.2), 0]);
});

it('show the arm where the camera sees it', () => {
  const rig = simRig();
  const { low, high } = rig.workspace;
  const tip = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2] + 0.02] as const;
  const { data: camera } = cameraValue(rig, SIZE);
  const { row, col } = project({ size: SIZE, matrix: [...camera] }, tip);
  const { data: covered } = armMaskValue(rig, inverseKinematics(rig.arm, tip), SIZE);
  // Just above the tip, as seen from the camera, is the finger; below it is the table.
  const at = (below: number): number => covered[Math.round(row + below) * SIZE.width + Math.round(col)];
  expect(at(-1)).toBeGreaterThan(0.5);
  expect(at(3)).toBe(0);
});
