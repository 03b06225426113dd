import { describe, expect, it } from 'vitest';
import {
  calibrationSchema,
  DEFAULT_CALIBRATION,
  radToTicks,
  rangeRad,
  SERVO_NAMES,
  ticksToRad,
  tickSpeedToRad,
  type ServoCalibration,
} from '../../../src/robot/feetech/calibration.ts';
import { simRig } from '../../../src/rig/sim-rig.ts';

const forward: ServoCalibration = { id: 1, homingOffset: 0, direction: 1, rangeTicks: [1000, 3000] };
const backward: ServoCalibration = { ...forward, direction: -1 };

describe('ticks and radians', () => {
  it('a quarter turn is 1024 ticks from the zero at 2048', () => {
    expect(ticksToRad(forward, 2048)).toBe(0);
    expect(ticksToRad(forward, 3072)).toBeCloseTo(Math.PI / 2, 12);
    expect(ticksToRad(backward, 3072)).toBeCloseTo(-Math.PI / 2, 12);
    expect(radToTicks(forward, Math.PI / 4)).toBe(2560);
    expect(radToTicks(backward, Math.PI / 4)).toBe(1536);
    expect(tickSpeedToRad(backward, 2048)).toBeCloseTo(-Math.PI, 12);
  });

  it('a reading that wrapped around is the same angle', () => {
    expect(ticksToRad(forward, -6)).toBeCloseTo(ticksToRad(forward, 4090), 12);
    expect(ticksToRad(forward, 4110)).toBeCloseTo(ticksToRad(forward, 14), 12);
  });

  it('no goal leaves the measured range', () => {
    expect(radToTicks(forward, 3)).toBe(3000);
    expect(radToTicks(backward, 3)).toBe(1000);
    expect(rangeRad(backward)[0]).toBeCloseTo((-952 / 4096) * 2 * Math.PI, 12);
    expect(rangeRad(backward)[1]).toBeCloseTo((1048 / 4096) * 2 * Math.PI, 12);
  });
});

describe('the calibration', () => {
  it('is, by default, the joint limits of the arm, to a tick', () => {
    expect(calibrationSchema.parse(DEFAULT_CALIBRATION)).toEqual(DEFAULT_CALIBRATION);
    simRig().arm.links.forEach(({ limitsRad }, k) => {
      const range = rangeRad(DEFAULT_CALIBRATION[SERVO_NAMES[k]]);
      limitsRad.forEach((limit, end) => expect(Math.abs(range[end] - limit)).toBeLessThan(0.0016));
    });
  });

  it.each([
    [{ ...DEFAULT_CALIBRATION, gripper: { ...DEFAULT_CALIBRATION.gripper, id: 1 } }, /same id/],
    [{ ...DEFAULT_CALIBRATION, gripper: { ...forward, rangeTicks: [3000, 1000] } }, /lowest must be under/],
    [{ ...DEFAULT_CALIBRATION, gripper: { ...forward, direction: 0 } }, /direction/],
    [{ ...DEFAULT_CALIBRATION, claw: forward }, /claw/],
  ])('refuses %#', (calibration, message) => {
    expect(() => calibrationSchema.parse(calibration)).toThrow(message);
  });
});
