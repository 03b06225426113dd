import { expect, it } from 'vitest';
import { ServoGuard } from '../../../src/robot/feetech/servo-guard.ts';
import type { JointsReading } from '../../../src/robot/feetech/servo-joints.ts';

const guard = (): ServoGuard =>
  new ServoGuard({ hotC: 58, cooledC: 50, torque: [0.6, 0.6], labelOf: (k) => `servo ${k + 1}` });

function reading(atMs: number, temperatureC: number[], load = [0, 0]): JointsReading {
  return { atMs, rad: [0, 0], radPerS: [0, 0], load, temperatureC, torqueLimit: [0.6, 0.6] };
}

it('pauses when the first servo is hot, until the last has cooled down', () => {
  const it = guard();
  expect(it.judge(reading(0, [40, 57]))).toBe(null);
  expect(it.judge(reading(1, [40, 58]))).toEqual({
    hold: true,
    notice: 'servo 2 is at 58 °C: the arm pauses until it is at 50 °C',
  });
  expect(it.judge(reading(2, [59, 49]))).toBe(null);
  expect(it.isHot).toBe(true);
  expect(it.judge(reading(3, [50, 49]))).toEqual({
    hold: false,
    notice: 'all servos are at 50 °C or under: the arm goes on',
  });
  expect(it.isHot).toBe(false);
});

it('gives way to what a servo has pressed against for long, not to a push', () => {
  const it = guard();
  const cool = [30, 30];
  expect(it.judge(reading(0, cool, [0.6, 0]))).toBe(null);
  expect(it.judge(reading(700, cool, [0.58, 0]))).toBe(null);
  expect(it.judge(reading(750, cool, [0.3, 0]))).toBe(null); // it moved: a push
  expect(it.judge(reading(1000, cool, [0, 0.6]))).toBe(null);
  expect(it.judge(reading(1800, cool, [0, 0.6]))).toEqual({
    hold: true,
    notice: 'servo 2 pressed with all its torque: the arm gives way',
  });
  expect(it.judge(reading(1900, cool, [0, 0.6]))).toBe(null);
});
