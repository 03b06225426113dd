/** The rigs' files of a folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRig } from '../rig/rig-file.ts';
import { ForesightError } from '../spec/errors.ts';
import { namesIn } from './folders.ts';
import type { RigsMessage } from './messages.ts';

/** Every file in `dir` that means to be a rig, by its naming a robot; what is wrong with one does not hide the others. */
export async function listRigs(dir: string): Promise<RigsMessage> {
  const { rigs, problems }: RigsMessage = { rigs: [], problems: [] };
  for (const name of await namesIn(dir)) {
    const path = join(dir, name);
    if (!name.endsWith('.json') || !(await namesRobot(path))) continue;
    try {
      const { robot, video } = await readRig(path);
      rigs.push({ name, robot, camera: video?.input ?? 'none' });
    } catch (error) {
      if (!(error instanceof ForesightError)) throw error;
      problems.push({ name, problem: error.message });
    }
  }
  return { rigs, problems };
}

async function namesRobot(path: string): Promise<boolean> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null && 'robot' in value && 'workspace' in value;
  } catch {
    return false;
  }
}
