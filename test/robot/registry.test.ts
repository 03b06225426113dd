import { expect, it } from 'vitest';
import { armNames, openArm } from '../../src/robot/registry.ts';
import { LIMITS } from '../emulator/so101-bench.ts';

it('names the arms it knows', async () => {
  expect(armNames()).toEqual(['so101', 'gcode-arm']);
  await expect(openArm('octopus', { limits: LIMITS, periodS: 0.5 })).rejects.toThrow(
    "unknown arm 'octopus'; known: so101, gcode-arm",
  );
});

it.each(armNames())('says where to look when %s is not there', async (name) => {
  const settings = { port: '/dev/no-such-port' };
  await expect(openArm(name, { limits: LIMITS, periodS: 0.5, settings })).rejects.toMatchObject({
    message: expect.stringMatching(/^\/dev\/no-such-port cannot be opened/) as string,
    next: expect.stringMatching(/plug the arm in and switch its power on/) as string,
  });
});
