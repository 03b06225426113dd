/**
 * Which ffmpeg to run. In this order: the one a person named in FFMPEG_PATH, `ffmpeg-static` where its download
 * went through (an optional dependency), the system's, and the one that `@ffmpeg-installer/ffmpeg` ships inside
 * its npm package, which needs no download.
 */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ForesightError } from '../spec/errors.ts';

/** Where a binary may come from: its name for messages, and a path or null when there is none. */
export interface BinarySource {
  readonly name: string;
  find(): Promise<string | null>;
}

export const ffmpegSources: readonly BinarySource[] = [
  { name: 'FFMPEG_PATH', find: () => Promise.resolve(process.env['FFMPEG_PATH'] ?? null) },
  { name: 'ffmpeg-static', find: () => importedPath('ffmpeg-static', (m) => m) },
  { name: 'the system', find: () => searchPath('ffmpeg', process.env['PATH'] ?? '') },
  {
    name: '@ffmpeg-installer/ffmpeg',
    find: () => importedPath('@ffmpeg-installer/ffmpeg', (m) => (m as { path: string }).path),
  },
];

/**
 * The first source's binary that can be executed. A source that names a file that cannot be executed is passed
 * over, except FFMPEG_PATH: what a person asked for by name is an error when it is not there.
 *
 * @returns the binary's path and the source it came from
 */
export async function resolveBinary(
  sources: readonly BinarySource[] = ffmpegSources,
): Promise<{ path: string; source: string }> {
  for (const source of sources) {
    const path = await source.find();
    if (path === null) continue;
    if (await isExecutable(path)) return { path, source: source.name };
    if (source.name === 'FFMPEG_PATH') {
      throw new ForesightError(`FFMPEG_PATH names ${path}, which is not a program that can be run`, {
        next: 'unset FFMPEG_PATH, or set it to the path of an ffmpeg',
      });
    }
  }
  throw new ForesightError(`no ffmpeg found (looked in ${sources.map((s) => s.name).join(', ')})`, {
    next: 'npm ci, or install ffmpeg and set FFMPEG_PATH to its path',
  });
}

/** The path that a package exports, or null where the package is not installed. */
async function importedPath(name: string, read: (exported: unknown) => unknown): Promise<string | null> {
  try {
    const module = (await import(name)) as { default: unknown };
    const path = read(module.default);
    return typeof path === 'string' ? path : null;
  } catch {
    return null;
  }
}

async function searchPath(program: string, path: string): Promise<string | null> {
  const extensions = process.platform === 'win32' ? ['.exe'] : [''];
  for (const directory of path.split(delimiter).filter((entry) => entry !== '')) {
    for (const extension of extensions) {
      const candidate = join(directory, program + extension);
      if (await isExecutable(candidate)) return candidate;
    }
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
