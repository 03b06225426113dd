import { expect, test } from 'vitest';
import { controlsToSet, lockExposure, parseControls } from '../../src/camera/exposure.ts';

/** What v4l2-ctl --list-ctrls says of a common webcam, under a new and under an older kernel. */
const NEW = `
User Controls

                     brightness 0x00980900 (int)    : min=0 max=255 step=1 default=128 value=128
        white_balance_automatic 0x0098090c (bool)   : default=1 value=1
                           gain 0x00980913 (int)    : min=0 max=255 step=1 default=0 value=64
      white_balance_temperature 0x0098091a (int)    : min=2000 max=6500 step=1 default=4000 value=4600 flags=inactive

Camera Controls

                  auto_exposure 0x009a0901 (menu)   : min=0 max=3 default=3 value=3 (Aperture Priority Mode)
         exposure_time_absolute 0x009a0902 (int)    : min=3 max=2047 step=1 default=250 value=333 flags=inactive
     exposure_dynamic_framerate 0x009a0903 (bool)   : default=0 value=1
`;
const OLD = `
 white_balance_temperature_auto (bool)   : default=1 value=1
                  exposure_auto (menu)   : min=0 max=3 default=3 value=3
              exposure_absolute (int)    : min=3 max=2047 step=1 default=250 value=250 flags=inactive
`;

test('controls are read with their values, of new kernels and of old', () => {
  expect(parseControls(NEW)).toContainEqual({ name: 'exposure_time_absolute', value: 333 });
  expect(parseControls(NEW)).toHaveLength(7);
  expect(parseControls(OLD).map(({ name }) => name)).toEqual([
    'white_balance_temperature_auto',
    'exposure_auto',
    'exposure_absolute',
  ]);
});

test('locked means: every automatic that the device has is switched off, the rest left as found', () => {
  expect(controlsToSet(parseControls(NEW), 'locked')).toEqual([
    { name: 'auto_exposure', value: 1 },
    { name: 'exposure_dynamic_framerate', value: 0 },
    { name: 'white_balance_automatic', value: 0 },
  ]);
  expect(controlsToSet(parseControls(OLD), 'locked').map(({ name }) => name)).toEqual([
    'exposure_auto',
    'white_balance_temperature_auto',
  ]);
});

test('values by name are set once their automatic is off', () => {
  const wanted = { exposure_time_absolute: 156, auto_exposure: 1 };
  expect(controlsToSet(parseControls(NEW), wanted)).toEqual([
    { name: 'auto_exposure', value: 1 },
    { name: 'exposure_time_absolute', value: 156 },
  ]);
  expect(() => controlsToSet(parseControls(NEW), { exposure: 3 })).toThrow(
    "the device has no control 'exposure'",
  );
});

test('where nothing can be locked, it says so; values that cannot be set are an error', async () => {
  const stream = 'http://10.0.0.7/video';
  expect(await lockExposure({ input: stream, exposure: 'auto' })).toBe('automatic');
  expect(await lockExposure({ input: stream, exposure: 'locked' })).toContain('ffmpeg cannot lock it');
  await expect(lockExposure({ input: stream, exposure: { gain: 3 } })).rejects.toThrow('v4l2 devices only');
  await expect(lockExposure({ input: '/dev/video93', exposure: { gain: 3 } })).rejects.toMatchObject({
    next: expect.stringContaining('v4l') as string,
  });
});
