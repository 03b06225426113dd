import { describe, expect, it } from 'vitest';
import { Drift } from '../../src/control/drift.ts';

/** Goes 2 cm to the right in each step, and `upM` metres up; it was expected to go straight. */
function drifted(steps: number, upM: number): Drift {
  const drift = new Drift();
  for (let k = 0; k <= steps; k++) {
    drift.see({ at: [0.02 * k, upM * k], expected: [0.02 * k, upM * (k - 1)] });
  }
  return drift;
}

describe('drift', () => {
  it('is made up for on the other side of the goal: known answer', () => {
    // A step of 2 cm by 1 cm: its error, 1 cm up, lies 0.894 cm to the left of its way of 2.236 cm.
    const share = 0.00894427 / 0.0223607;
    const [x, y] = drifted(1, 0.01).aimOff([0, 0], [0.04, 0]);
    expect(x).toBeCloseTo(0.04, 9);
    // Half of it is believed after one step.
    expect(y).toBeCloseTo(-0.5 * share * 0.04, 6);
    expect(drifted(20, 0.01).aimOff([0, 0], [0.04, 0])[1]).toBeCloseTo(-share * 0.04, 4);
  });

  it('is never made up for by more than 3 cm', () => {
    const [x, y] = drifted(20, -0.02).aimOff([0, 0], [0, 0.3]);
    expect(Math.hypot(x, y - 0.3)).toBeCloseTo(0.03, 9);
    // It went to the right of its way; the aim is to the left.
    expect(x).toBeLessThan(0);
  });

  it('says nothing where things go as expected, hardly move, or were out of sight', () => {
    const goal = [0.1, 0.05] as const;
    expect(drifted(5, 0).aimOff([0, 0], goal)).toEqual([...goal]);
    const drift = new Drift();
    drift.see({ at: [0, 0], expected: [0, 0] });
    drift.see({ at: [0.003, 0.003], expected: [0, 0.02] });
    drift.see(null);
    drift.see({ at: [0.1, 0.1], expected: [0.1, 0] });
    expect(drift.aimOff([0, 0], goal)).toEqual([...goal]);
    // What is there already is not moved about.
    expect(drifted(5, 0.02).aimOff([0.1, 0.05], goal)).toEqual([...goal]);
  });
});
