import { describe, expect, it } from 'vitest';
import { DEFAULT_CALIBRATION } from '../../src/robot/feetech/calibration.ts';
import { narrowed, so101SettingsSchema } from '../../src/robot/so101-settings.ts';
import { LIMITS } from '../emulator/so101-bench.ts';

describe('the settings of an SO-101', () => {
  it('are complete without a word', () => {
    expect(so101SettingsSchema.parse({})).toMatchObject({
      calibration: DEFAULT_CALIBRATION,
      torqueLimit: 0.6,
      watchdogMs: 300,
    });
  });
});

describe('narrowed', () => {
  it('keeps the tighter of chain and calibration', () => {
    const elbow = { ...DEFAULT_CALIBRATION.elbow_flex, rangeTicks: [1024, 4000] } as const;
    const { links } = narrowed(LIMITS.arm, { ...DEFAULT_CALIBRATION, elbow_flex: elbow });
    expect(links[2].limitsRad[0]).toBeCloseTo(-Math.PI / 2, 9); // 1024 ticks under the zero
    expect(links[2].limitsRad[1]).toBe(1.69);
  });

  it('refuses the chain of another arm', () => {
    const arm = { ...LIMITS.arm, links: LIMITS.arm.links.slice(1) };
    expect(() => narrowed(arm, DEFAULT_CALIBRATION)).toThrow(
      /expected an arm with the joints shoulder_pan, .*, got shoulder_lift, /,
    );
  });
});
