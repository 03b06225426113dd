import { afterEach, describe, expect, it } from 'vitest';
import type { Vector3 } from '../../src/spec/action.ts';
import { inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import { forwardKinematics } from '../../src/spec/kinematics.ts';
import { project } from '../../src/spec/projection.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { TABLETOP_VIEW, viewpointProjection } from '../../src/sim/viewpoint.ts';
import { createWorld, FRAME_SIZE, type World, type WorldOptions } from '../../src/sim/world.ts';

const open: World[] = [];
async function world(options: WorldOptions): Promise<World> {
  const made = await createWorld(options);
  open.push(made);
  return made;
}
afterEach(() => {
  for (const made of open.splice(0)) made.dispose();
});

/** Moves the tip along a straight line. */
function moveTip(w: World, from: Vector3, to: Vector3, seconds: number): void {
  w.advance((fraction) => {
    const along = Math.min(1, fraction / 0.8);
    return inverseKinematics(w.arm, from.map((v, k) => v + along * (to[k] - v)) as unknown as Vector3);
  }, seconds);
}

/** Twenty control steps of a seeded random walk of the tip. */
function wander(w: World, seed: number, steps = 20): void {
  const random = seededRandom(seed);
  let from: Vector3 = [0, 0.05, 0.03];
  w.placeArm(inverseKinematics(w.arm, from));
  for (let t = 0; t < steps; t++) {
    const to: Vector3 = [
      random.uniform(-0.15, 0.15),
      random.uniform(-0.12, 0.08),
      random.uniform(0.015, 0.05),
    ];
    moveTip(w, from, to, 0.5);
    from = to;
  }
}

describe('the tabletop world', () => {
  it('is the same twice from the same seed, bit for bit, whatever ran in between', async () => {
    const first = await world({ seed: 5 });
    wander(first, 1);
    await world({ seed: 99 });
    const second = await world({ seed: 5 });
    wander(second, 1);
    expect(second.saveState().integration).toEqual(first.saveState().integration);
    expect(second.render().data).toEqual(first.render().data);
    expect(second.truth()).toEqual(first.truth());
    const other = await world({ seed: 6 });
    expect(other.render().data).not.toEqual(first.render().data);
  });

  it('keeps several worlds usable side by side, though memory moves when one is made', async () => {
    const first = await world({ seed: 1, objects: 2 });
    const before = first.objectPoint(0);
    const more = await Promise.all(Array.from({ length: 12 }, (_, i) => world({ seed: 100 + i })));
    expect(more).toHaveLength(12);
    expect(first.objectPoint(0)).toEqual(before);
    expect(first.tip().every(Number.isFinite)).toBe(true);
  });

  it('has its links and tip where forward kinematics puts them, to 1e-9 m', async () => {
    const w = await world({ seed: 2, objects: 0 });
    const random = seededRandom(3);
    for (let pose = 0; pose < 20; pose++) {
      w.placeArm(w.arm.links.map(({ limitsRad: [low, high] }) => random.uniform(low, high)));
      const { links, tip } = forwardKinematics(w.arm, w.jointsRad());
      const { bodyPosition } = w.physics.views();
      const far = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
        Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
      links.forEach((link, i) => {
        const body = w.scene.linkBodies[i];
        expect(far(link.position, bodyPosition.subarray(3 * body, 3 * body + 3))).toBeLessThan(1e-9);
      });
      expect(far(tip, w.tip())).toBeLessThan(1e-9);
    }
  });

  it('brings the tip within 2 mm of its target by the end of a control step', async () => {
    const w = await world({ seed: 4, objects: 0 });
    let from: Vector3 = [-0.17, -0.12, 0.015];
    w.placeArm(inverseKinematics(w.arm, from));
    for (const to of [
      [-0.13, -0.08, 0.05],
      [-0.09, -0.04, 0.09],
      [-0.05, 0, 0.05],
      [-0.01, 0.04, 0.02],
      [0.03, 0.08, 0.02],
      [0.07, 0.04, 0.06],
      [0.11, 0, 0.09],
    ] as Vector3[]) {
      moveTip(w, from, to, 0.5);
      const tip = w.tip();
      expect(Math.hypot(...tip.map((v, k) => v - to[k]))).toBeLessThan(0.002);
      from = to;
    }
  });

  it('pushes: an object in the way moves about as far as the tip goes beyond it', async () => {
    const w = await world({ seed: 11, objects: 1 });
    const [x, y] = w.objectPoint(0);
    const reach = w.objects[0].footprintRadius + 0.015;
    const side = x > 0 ? 1 : -1;
    const start: Vector3 = [x + side * reach, y, 0.018];
    const end: Vector3 = [x + side * (reach - 0.08), y, 0.018];
    w.placeArm(inverseKinematics(w.arm, start));
    moveTip(w, start, [x + side * (reach - 0.04), y, 0.018], 0.5);
    moveTip(w, [x + side * (reach - 0.04), y, 0.018], end, 0.5);
    const moved = side * (x - w.objectPoint(0)[0]);
    expect(moved).toBeGreaterThan(0.03);
    expect(moved).toBeLessThan(0.09);
  });

  it('passes over everything with the gripper lifted', async () => {
    for (const seed of [21, 22, 23]) {
      const w = await world({ seed });
      const before = w.objects.map((_, i) => w.objectPoint(i));
      for (const [x, y] of before) {
        w.placeArm(inverseKinematics(w.arm, [-0.18, y, 0.09]));
        moveTip(w, [-0.18, y, 0.09], [x, y, 0.09], 1);
        moveTip(w, [x, y, 0.09], [0.18, y, 0.09], 1);
      }
      before.forEach((point, i) => {
        expect(Math.hypot(...w.objectPoint(i).map((v, k) => v - point[k]))).toBeLessThan(0.0005);
      });
    }
  });

  it('lets objects lie still where nothing touches them', async () => {
    const w = await world({ seed: 31, objects: 4 });
    const before = w.truth();
    const joints = w.jointsRad();
    w.advance(() => joints, 3);
    w.truth().forEach((v, k) => expect(Math.abs(v - before[k])).toBeLessThan(0.0005));
  });

  it('replays from a saved state bit for bit', async () => {
    const w = await world({ seed: 8 });
    wander(w, 2, 5);
    const saved = w.saveState();
    wander(w, 3, 5);
    const there = w.saveState();
    const picture = w.render();
    w.restoreState(saved);
    wander(w, 3, 5);
    expect(w.saveState()).toEqual(there);
    expect(w.render().data).toEqual(picture.data);
  });

  it('moves and turns one object at rest, and nothing else', async () => {
    const w = await world({ seed: 9, objects: 2 });
    const [before, other] = [w.bodyPoint(0, [0.01, 0, 0]), w.objectPoint(1)];
    const middle = w.bodyPoint(0, [0, 0, 0]);
    const timeS = w.timeS();
    w.moveObject(0, { dx: 0.03, dy: -0.02, turnRad: Math.PI / 2 });
    const [mx, my] = w.bodyPoint(0, [0, 0, 0]);
    expect([mx - middle[0], my - middle[1]]).toEqual([expect.closeTo(0.03, 9), expect.closeTo(-0.02, 9)]);
    // A quarter turn: what pointed along (dx, dy) points along (-dy, dx).
    const [dx, dy] = [before[0] - middle[0], before[1] - middle[1]];
    const after = w.bodyPoint(0, [0.01, 0, 0]);
    expect(after[0] - mx).toBeCloseTo(-dy, 9);
    expect(after[1] - my).toBeCloseTo(dx, 9);
    expect(after[2]).toBeCloseTo(before[2], 9);
    expect(w.objectPoint(1)).toEqual(other);
    expect(w.timeS()).toBe(timeS);
    expect(() => w.moveObject(2, { dx: 0, dy: 0, turnRad: 0 })).toThrow('expected an object 0..1, got 2');
  });

  it('tells truths of 4 objects, NaN where there is none, in metres on the objects', async () => {
    const w = await world({ seed: 9, objects: 2 });
    const truth = w.truth();
    expect(truth).toHaveLength(12);
    expect([...truth.subarray(6)].every(Number.isNaN)).toBe(true);
    for (const i of [0, 1]) {
      expect(w.objectPoint(i)[2]).toBeCloseTo(w.objects[i].point[2], 3);
      expect(truth[3 * i]).toBeCloseTo(w.objectPoint(i)[0], 6);
    }
  });

  it('finds the object and its point under a pixel, and nothing on the table', async () => {
    const w = await world({ seed: 12, objects: 3 });
    const projection = viewpointProjection(TABLETOP_VIEW, FRAME_SIZE);
    let seen = 0;
    w.objects.forEach((object, i) => {
      const under = w.pointUnder(project(projection, w.objectPoint(i)));
      if (under?.object !== i) return; // behind the arm
      seen++;
      expect(Math.hypot(...under.point.map((v, k) => v - object.point[k]))).toBeLessThan(1e-6);
    });
    expect(seen).toBeGreaterThanOrEqual(2);
    expect(w.pointUnder(project(projection, [-0.22, -0.17, 0]))).toBeNull();
  });
});
