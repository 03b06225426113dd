import { describe, expect, it } from 'vitest';
import { travel, travelAction } from '../../src/rig/travel.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { applyAction, type Vector3 } from '../../src/spec/action.ts';
import { testRig } from '../fixtures/rig.ts';

const rig = testRig({ height: 48, width: 64 });
const apart = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((v, d) => v - b[d]));

describe('travelling', () => {
  it('goes up, then across, then down', () => {
    const to: Vector3 = [0.1, 0.05, 0.03];
    const tips: Vector3[] = [[-0.1, -0.1, 0.02]];
    while (apart(tips.at(-1) as Vector3, to) > 1e-3 && tips.length < 30) {
      const tip = tips.at(-1) as Vector3;
      tips.push(applyAction(rig.action, rig.workspace, tip, travelAction(to, tip, rig)).target);
    }
    expect(apart(tips.at(-1) as Vector3, to)).toBeLessThan(1e-3);
    // Only at the ends is it low.
    const moved = tips
      .slice(1)
      .filter((tip, t) => Math.hypot(tip[0] - tips[t][0], tip[1] - tips[t][1]) > 1e-6);
    expect(Math.min(...moved.map(([, , z]) => z))).toBeGreaterThan(0.08);
  });

  it('takes a real arm over the objects and back, and moves none', async () => {
    const live = await openSimRig({ objects: 4 });
    try {
      await live.reset(5);
      const before = live.world().objectPoint(0);
      const { tip: home } = await live.robot.state();
      await live.robot.arm();
      await travel(live, [-home[0], 0.05, 0.06]);
      expect(apart((await live.robot.state()).tip, [-home[0], 0.05, 0.06])).toBeLessThan(0.012);
      await travel(live, home);
      expect(apart((await live.robot.state()).tip, home)).toBeLessThan(0.012);
      expect(apart(live.world().objectPoint(0), before)).toBeLessThan(1e-3);
    } finally {
      await live.close();
    }
  });

  it('stops when told to', async () => {
    const live = await openSimRig({ objects: 0 });
    try {
      await live.reset(5);
      const { tip } = await live.robot.state();
      await live.robot.arm();
      await travel(live, [0, 0, 0.05], AbortSignal.abort());
      expect(apart((await live.robot.state()).tip, tip)).toBeLessThan(1e-3);
    } finally {
      await live.close();
    }
  });
});
