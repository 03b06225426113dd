/**
 * Holds a camera's exposure, white balance and focus: a picture that brightens as the arm moves over the table looks as
 * if everything on it had changed. Linux cameras allow it through `v4l2-ctl`; elsewhere it is said that nothing does.
 */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ForesightError } from '../spec/errors.ts';
import type { Video } from '../spec/video.ts';
import { parseInput } from './input.ts';

/** The automatics need so long to find what is to be held, ms. */
const SETTLING_MS = 2000;

const run = promisify(execFile);

/** One control as the device lists it. */
export interface Control {
  readonly name: string;
  readonly value: number;
}

/**
 * What holds each automatic, under the names of new and of older kernels: V4L2_EXPOSURE_MANUAL is 1, and off is 0.
 * See the kernel's "Camera Control Reference" (userspace-api/media/v4l/ext-ctrls-camera.html).
 */
const HELD: Readonly<Record<string, number>> = {
  auto_exposure: 1,
  exposure_auto: 1,
  exposure_dynamic_framerate: 0,
  exposure_auto_priority: 0,
  white_balance_automatic: 0,
  white_balance_temperature_auto: 0,
  focus_automatic_continuous: 0,
  focus_auto: 0,
  gain_automatic: 0,
  autogain: 0,
};

/**
 * Carries out the wish, and says in words what became of it.
 *
 * @throws ForesightError when values were asked for by name and cannot be set
 */
export async function lockExposure({ input, exposure }: Pick<Video, 'input' | 'exposure'>): Promise<string> {
  if (exposure === 'auto') return 'automatic';
  const { kind, source } = parseInput(input);
  if (kind !== 'v4l2') {
    if (exposure === 'locked') return `as the input has it (${kind}: ffmpeg cannot lock it)`;
    throw new ForesightError(`camera ${input}: exposure can be set by name on v4l2 devices only`, {
      next: 'set it in the camera\'s own settings, and "exposure": "auto" in the rig',
    });
  }
  const v4l2 = (words: readonly string[]): Promise<{ stdout: string }> =>
    run('v4l2-ctl', ['-d', source, ...words]);
  try {
    if (exposure === 'locked') await sleep(SETTLING_MS);
    const controls = parseControls((await v4l2(['--list-ctrls'])).stdout);
    const set = controlsToSet(controls, exposure);
    if (set.length === 0) return 'not locked: the device has no such controls';
    // One after the other: a value may be set only once its automatic is off.
    for (const { name, value } of set) await v4l2(['--set-ctrl', `${name}=${value}`]);
    return `locked: ${set.map(({ name, value }) => `${name} ${value}`).join(', ')}`;
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why = isMissing ? 'v4l2-ctl is not installed' : (cause as Error).message.split('\n')[0];
    if (exposure === 'locked') return `not locked: ${why}${isMissing ? ' (apt install v4l-utils)' : ''}`;
    throw new ForesightError(`camera ${input}: exposure cannot be set: ${why}`, {
      next: isMissing ? 'sudo apt install v4l-utils' : `v4l2-ctl -d ${source} --list-ctrls`,
      cause,
    });
  }
}

/** What to set, automatics first: those that the device has for 'locked', or exactly what is named. */
export function controlsToSet(
  controls: readonly Control[],
  exposure: 'locked' | Readonly<Record<string, number>>,
): Control[] {
  const has = (name: string): boolean => controls.some((control) => control.name === name);
  const held = Object.entries(HELD).map(([name, value]) => ({ name, value }));
  if (exposure === 'locked') return held.filter(({ name }) => has(name));
  const missing = Object.keys(exposure).find((name) => !has(name));
  if (missing !== undefined) {
    throw new ForesightError(`the device has no control '${missing}'`, {
      next: `use one of: ${controls.map(({ name }) => name).join(', ')}`,
    });
  }
  const named = Object.entries(exposure).map(([name, value]) => ({ name, value }));
  return named.sort((a, b) => Number(b.name in HELD) - Number(a.name in HELD));
}

/** "  auto_exposure 0x009a0901 (menu)   : min=0 max=3 default=3 value=3 (Aperture Priority Mode)", a line a control. */
export function parseControls(listing: string): Control[] {
  return [...listing.matchAll(/^\s*(\w+)\s+(?:0x[0-9a-f]+\s+)?\(\w+\)\s*:.*?value=(-?\d+)/gm)].map(
    (match) => ({
      name: match[1],
      value: Number(match[2]),
    }),
  );
}
