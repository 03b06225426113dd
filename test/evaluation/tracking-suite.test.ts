import { beforeAll, describe, expect, it } from 'vitest';
import { startTracker, type Track, type Tracker } from '../../src/cost/tracker.ts';
import { summariseTracking } from '../../src/evaluation/tracking-result.ts';
import {
  measureTracking,
  type TrackedStep,
  type TrackedTask,
  type TrackerFactory,
} from '../../src/evaluation/tracking-suite.ts';
import { hiddenByArm, yawRad } from '../../src/evaluation/sim-truth.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import { inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import { project } from '../../src/spec/projection.ts';

const SEED = 1000;

let rig: SimRig;
beforeAll(async () => {
  rig = await openSimRig();
  return () => rig.close();
});

/** A tracker that looks behind the camera, `aside` pixels to the right of the truth and turned by `turnRad` too much. */
function truthful(aside = 0, turnRad = 0): TrackerFactory {
  return (_start, object): Tracker => {
    const atStart = yawRad(rig.world(), object);
    const now = (): Track => {
      const [x, y, z] = rig.world().objectPoint(object);
      const { row, col } = project(rig.rig.projection, [x, y, z]);
      const thetaRad = yawRad(rig.world(), object) - atStart + turnRad;
      const pixel = { row, col: col + aside };
      return { pixel, confidence: 1, pose: { x, y, thetaRad }, unseenFrames: 0, lost: false };
    };
    return { track: now(), footprint: () => [], update: now };
  };
}

/** All but the wall clock. */
const untimed = (tasks: readonly TrackedTask[]) => tasks.map(({ updateMs: _, ...rest }) => rest);

describe('the tracking suite', () => {
  it('finds no error in a tracker that says the truth', async () => {
    const [task] = await measureTracking(rig, truthful(), { seed: SEED, indices: [2] });
    expect(task.steps).toHaveLength(25);
    for (const { errorPx, errorCm, angleErrorDeg } of task.steps) {
      expect(errorPx).toBe(0);
      expect(errorCm).toBeCloseTo(0, 9);
      expect(angleErrorDeg).toBeCloseTo(0, 9);
    }
    // It has something to measure: the object goes somewhere and turns.
    expect(task.movedCm).toBeGreaterThan(10);
    expect(task.turnedDeg).toBeGreaterThan(45);
  });

  it('finds the error of a tracker that is off by a known pixel and a known angle', async () => {
    const [task] = await measureTracking(rig, truthful(3, Math.PI / 6), { seed: SEED, indices: [1] });
    for (const { errorPx, errorCm, angleErrorDeg } of task.steps) {
      expect(errorPx).toBeCloseTo(3, 9);
      // A pixel of the camera's frame is about a third of a centimetre on the table.
      expect(errorCm).toBeGreaterThan(0.7);
      expect(errorCm).toBeLessThan(1.3);
      expect(angleErrorDeg).toBeCloseTo(30, 6);
    }
  });

  it('measures the registration, the same every time, whatever the rig did before', async () => {
    const options = { seed: SEED, indices: [0] };
    const first = await measureTracking(rig, (start) => startTracker(start), options);
    await rig.reset(99);
    const again = await measureTracking(rig, (start) => startTracker(start), options);
    expect(untimed(again)).toEqual(untimed(first));
    const result = summariseTracking('registration', SEED, first);
    expect(result.px.mean).toBeLessThan(1);
    expect(result.confidentAndWrong).toBe(0);
  });
});

describe('how much the arm hides', () => {
  it('is nothing with the arm far away, much with the hand in the line of sight, and the world stays as it is', async () => {
    await rig.reset(7);
    const world = rig.world();
    const [x, y, z] = world.objectPoint(0);
    world.placeArm(world.arm.links.map((_, joint) => (joint === 0 ? 1.5 : 0)));
    expect(hiddenByArm(world, 0, rig.rig.frame)).toBe(0);
    world.placeArm(inverseKinematics(world.arm, [x, y - 0.05, z + 0.04]));
    const before = world.saveState().integration.slice();
    expect(hiddenByArm(world, 0, rig.rig.frame)).toBeGreaterThan(0.3);
    expect(world.saveState().integration).toEqual(before);
  });
});

describe('the sum of a tracking run', () => {
  it('adds up steps: known numbers', () => {
    const step = (changed: Partial<TrackedStep>): TrackedStep => ({
      errorPx: 1,
      errorCm: 0.3,
      angleErrorDeg: 4,
      confidence: 0.9,
      lost: false,
      hidden: 0,
      ...changed,
    });
    const steps = [
      step({}),
      step({ errorPx: 9, errorCm: 3, hidden: 0.8, angleErrorDeg: 20 }),
      step({ errorPx: 5, errorCm: 1.5, hidden: 0.6, confidence: 0.1, lost: true, angleErrorDeg: null }),
      step({ errorPx: 1, hidden: 0.5, lost: true }),
    ];
    const task = { index: 0, shape: 'box', objects: 1, movedCm: 5, turnedDeg: 9, steps, updateMs: [1, 3] };
    expect(summariseTracking('test', 3, [task])).toMatchObject({
      seed: 3,
      px: { mean: 4, median: 3, steps: 4 },
      occludedPx: { mean: 7, median: 7, steps: 2 },
      occludedCm: { mean: 2.25 },
      angleDeg: { mean: 28 / 3, median: 4, steps: 3 },
      wrong: 2,
      confidentAndWrong: 1,
      lostRightly: 1,
      lostWrongly: 1,
      updateMs: { median: 2 },
    });
  });
});
