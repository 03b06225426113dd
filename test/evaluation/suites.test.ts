import { expect, it } from 'vitest';
import { clutterSuite } from '../../src/evaluation/clutter-suite.ts';
import { goalImageSuite } from '../../src/evaluation/goal-image-suite.ts';
import { novelSuite, pushFarSuite, pushSuite } from '../../src/evaluation/push-suite.ts';
import { staySuite } from '../../src/evaluation/stay-suite.ts';
import { findSuite, suiteNames } from '../../src/evaluation/suites.ts';
import { turnSuite } from '../../src/evaluation/turn-suite.ts';
import { goalDistance, pointNow } from '../../src/evaluation/task-suite.ts';
import { suiteContract } from '../contract/suite.ts';

suiteContract({ suite: pushSuite, distancesM: [0.08, 0.15] });
suiteContract({ suite: pushFarSuite, distancesM: [0.2, 0.3] });
suiteContract({ suite: novelSuite, distancesM: [0.08, 0.15] });

suiteContract({
  suite: clutterSuite,
  distancesM: [0.1, 0.2],
  alsoPromises(rig, { goals: [{ object, goal }] }) {
    const { objects } = rig.world();
    expect(objects.length).toBeGreaterThanOrEqual(4);
    expect(objects.length).toBeLessThanOrEqual(6);
    // Somewhere on the straight way the object would overlap another.
    const [sx, sy] = rig.world().objectPoint(object);
    const ways = Array.from({ length: 101 }, (_, k) => k / 100);
    const blocked = objects.some(({ footprintRadius }, other) => {
      if (other === object) return false;
      const [x, y] = rig.world().objectPoint(other);
      const reach = footprintRadius + objects[object].footprintRadius;
      return ways.some((w) => Math.hypot(sx + w * (goal[0] - sx) - x, sy + w * (goal[1] - sy) - y) < reach);
    });
    expect(blocked).toBe(true);
  },
});

suiteContract({
  suite: staySuite,
  distancesM: [0.08, 0.15],
  alsoPromises(rig, { goals: [moving, staying] }) {
    expect(staying.object).not.toBe(moving.object);
    expect(goalDistance(rig, staying)).toBeLessThan(1e-9);
  },
});

suiteContract({
  suite: turnSuite,
  // Two points at least 5 cm apart turned by 45 degrees: 2 * 2.5 cm * sin(22.5 degrees) where both are as far from the middle.
  distancesM: [0.016, 0.09],
  alsoPromises(rig, { goals: [a, b] }) {
    expect(b.object).toBe(a.object);
    const [from, to] = [
      [pointNow(rig, a), pointNow(rig, b)],
      [a.goal, b.goal],
    ].map(([p, q]) => ({
      angle: Math.atan2(q[1] - p[1], q[0] - p[0]),
      apart: Math.hypot(q[0] - p[0], q[1] - p[1]),
    }));
    expect(to.apart).toBeCloseTo(from.apart, 6);
    const degrees = Math.abs(
      (Math.atan2(Math.sin(to.angle - from.angle), Math.cos(to.angle - from.angle)) * 180) / Math.PI,
    );
    expect(degrees).toBeGreaterThan(45 - 1e-6);
    expect(degrees).toBeLessThan(120 + 1e-6);
  },
});

suiteContract({
  suite: goalImageSuite,
  distancesM: [0.08, 0.15],
  alsoPromises(rig, { task }) {
    expect(task.goals).toEqual([]);
    const { height, width } = rig.rig.frame;
    expect(task.goalImage?.frame).toMatchObject({ height, width });
  },
});

it('are found by name; another name is told which there are', () => {
  expect(suiteNames).toEqual(['push', 'push-far', 'novel', 'clutter', 'stay', 'turn', 'goal-image']);
  expect(findSuite('push')).toBe(pushSuite);
  expect(() => findSuite('pull')).toThrow("there is no task suite 'pull'");
  expect(() => findSuite('toString')).toThrow('there is no task suite');
});
