/** Changes of a rig's file: what is not measured stays as a person has written it. */
import { readFile } from 'node:fs/promises';
import { replaceFileWith } from '../files/atomic.ts';
import { rigText } from '../rig/new-rig.ts';
import { parseRigFile } from '../rig/rig-file.ts';
import type { Rig } from '../spec/rig.ts';

/** A rig's file as JSON has it: the arm perhaps by its model's name. */
export interface RigJson {
  readonly driver?: Readonly<Record<string, unknown>>;
  readonly arm: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/**
 * Replaces the file whole, after a look at whether it would still be a rig; until then it is as it was. Returns the rig.
 * Throws a ForesightError when the file is none, or would be none.
 */
export async function editRigFile(path: string, change: (before: RigJson) => RigJson): Promise<Rig> {
  const before = JSON.parse(await readFile(path, 'utf8')) as RigJson;
  parseRigFile(before, path);
  const after = change(before);
  const rig = parseRigFile(after, path);
  await replaceFileWith(path, rigText(after));
  return rig;
}
