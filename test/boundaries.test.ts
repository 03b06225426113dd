/**
 * Which room may import which, and which room alone may touch a package. The rules are written down in
 * docs/design.md; this test holds the sources to them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Rooms a room may import, besides itself. A file's own name (`robot/robot`) allows that file alone. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  spec: [],
  files: ['spec'],
  video: ['spec', 'files'],
  sim: ['spec'],
  robot: ['spec', 'rig/live-rig'],
  camera: ['spec', 'video'],
  rig: ['spec', 'files', 'video', 'robot', 'camera', 'sim'],
  // What an arm and a camera are to each other: measured with both, and with a person.
  calibration: ['spec', 'files', 'video', 'robot', 'camera', 'rig'],
  play: ['spec', 'video', 'robot/robot', 'camera/camera', 'rig/live-rig'],
  dataset: ['spec', 'files', 'video'],
  compute: ['spec', 'files'],
  model: ['spec', 'files', 'compute'],
  training: ['spec', 'files', 'dataset', 'model', 'compute'],
  // The predictor's contract and the tensor functions beside it; never a particular network.
  cost: [
    'spec',
    'compute',
    'model/predictor',
    'model/distribution',
    'model/push-frame',
    'model/ops',
    'model/scene',
  ],
  planner: ['spec'],
  control: ['spec', 'cost', 'planner', 'model', 'compute', 'rig/live-rig', 'rig/travel'],
  // A model decides what is played, and learns from it: nothing of it looks behind the camera.
  practice: ['spec', 'play', 'dataset', 'compute', 'model', 'training', 'cost', 'control', 'rig/live-rig'],
  evaluation: [
    'spec',
    'files',
    'sim',
    'rig',
    'control',
    'planner',
    'cost',
    'model',
    'video',
    'compute',
    'dataset',
  ],
  bench: [
    'spec',
    'robot',
    'rig',
    'control',
    'planner',
    'cost',
    'model',
    'training',
    'evaluation',
    'video',
    'compute',
  ],
  // Plays, trains and evaluates again and again; only tools import it.
  experiment: ['spec', 'files', 'rig', 'dataset', 'model', 'training', 'control', 'practice', 'evaluation'],
  // One robot and what people make it do; what it thinks, as pictures.
  studio: ['spec', 'rig', 'control', 'video'],
  // Commands as processes of their own.
  jobs: ['spec'],
  // The studio on a socket, and what is on disk, read; nothing that trains or plans.
  server: [
    'spec',
    'dataset',
    'jobs',
    'studio',
    'video',
    'rig/live-rig',
    'rig/rig-file',
    'rig/sim-rig',
    'control/controller',
  ],
};

/** Files that reach a room which the rest of their own room may not. */
const EXCEPTIONS: readonly { readonly file: RegExp; readonly room: string }[] = [
  { file: /^src\/(robot|camera)\/sim-[^/]*\.ts$/, room: 'sim' },
];

/** Packages kept in one place. With `typesIn`, those rooms may still import the package's types. */
const CONFINED: readonly { readonly name: RegExp; readonly to: RegExp; readonly typesIn?: RegExp }[] = [
  { name: /^onnxruntime-/, to: /^src\/compute\// },
  { name: /^@mujoco\/mujoco/, to: /^src\/sim\// },
  { name: /^fluent-ffmpeg$/, to: /^src\/video\/ffmpeg\.ts$/ },
  { name: /^sharp$/, to: /^src\/video\// },
  { name: /^node-webcam$/, to: /^src\/camera\/still-camera\.ts$/ },
  { name: /^(hono|@hono\/|ws$|node:https?$)/, to: /^src\/server\// },
  {
    name: /^@tensorflow\//,
    to: /^src\/compute\/tfjs\.ts$/,
    typesIn: /^src\/(model|training|cost|compute)\//,
  },
  { name: /^(commander|cli-progress)$/, to: /^tools\// },
  { name: /^serialport$/, to: /^src\/robot\/serial-port\.ts$/ },
];

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Every import, export-from and `import()` of a source text. */
function importsOf(text: string): Import[] {
  const pattern =
    /(?:^|\n)[ \t]*(import|export)\s+(type\s+)?(?:[\w*{][^'";]*?\sfrom\s+|\{[^}]*\}\s*from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => ({
    specifier: match[3] ?? match[4],
    typeOnly: match[2] !== undefined,
    line: text.slice(0, match.index + match[0].length).split('\n').length,
  }));
}

/** What is wrong with one file, as `file:line: reason`; `file` is relative to the project, with slashes. */
function violations(file: string, text: string): string[] {
  const found: string[] = [];
  if (/^(utils|helpers|common|manager)\b/.test(basename(file)))
    found.push(`${file}:1: a name that says nothing`);
  const [top, room] = file.split('/');
  if (top === 'src' && !(room in MAY_IMPORT)) found.push(`${file}:1: room ${room} has no import rule`);
  for (const { specifier, typeOnly, line } of importsOf(text)) {
    const complain = (reason: string): unknown => found.push(`${file}:${line}: ${reason}`);
    if (top === 'web') {
      if (!mayImportInPage(file, specifier, typeOnly)) complain(`web may not import ${specifier}`);
      continue;
    }
    if (!specifier.startsWith('.')) {
      const rule = CONFINED.find(({ name }) => name.test(specifier));
      const isAllowed = rule === undefined || rule.to.test(file) || (typeOnly && rule.typesIn?.test(file));
      // Tests may reach for a package to check what a room made of it.
      if (top !== 'test' && !isAllowed) complain(`${specifier} is confined to ${rule.to.source}`);
      continue;
    }
    if (top !== 'src') continue;
    const target = posix.normalize(posix.join(posix.dirname(file), specifier));
    const [targetTop, targetRoom] = target.split('/');
    if (targetTop !== 'src') complain(`src may not import ${targetTop}`);
    else if (targetRoom !== room && !mayImport(file, room, target))
      complain(`${room} may not import ${target}`);
  }
  return found;
}

/** Packages that the browser is sent; vite builds the page and is not sent. */
const IN_PAGE = /^(preact(\/hooks)?|@preact\/signals)$/;
/** What both ends of the socket share: the kinds of pictures, and types. */
const SHARED = ['src/server/pictures.ts'];
const SHARED_TYPES = ['src/server/messages.ts', 'src/studio/state.ts'];

function mayImportInPage(file: string, specifier: string, typeOnly: boolean): boolean {
  if (!specifier.startsWith('.')) return IN_PAGE.test(specifier) || file === 'web/vite.config.ts';
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  return target.startsWith('web/') || SHARED.includes(target) || (typeOnly && SHARED_TYPES.includes(target));
}

function mayImport(file: string, room: string, target: string): boolean {
  const path = target.slice('src/'.length).replace(/\.ts$/, '');
  const targetRoom = path.split('/')[0];
  const allowed = MAY_IMPORT[room] ?? [];
  if (allowed.includes(targetRoom) || allowed.includes(path)) return true;
  return EXCEPTIONS.some((exception) => exception.file.test(file) && exception.room === targetRoom);
}

function sourceFiles(): string[] {
  return ['src', 'web', 'tools', 'test'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(tsx?|js|mjs)$/.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .filter((file) => !file.startsWith('web/dist/')),
  );
}

describe('import rules', () => {
  test('every file keeps to its room', () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap((file) => violations(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  test.each([
    [
      'src/planner/x.ts',
      `import { tf } from '../compute/tfjs.ts';`,
      'planner may not import src/compute/tfjs.ts',
    ],
    [
      'src/spec/x.ts',
      `\nimport type { Robot } from '../robot/robot.ts';`,
      'src/spec/x.ts:2: spec may not import',
    ],
    [
      'src/model/x.ts',
      `import {\n  a,\n  b,\n} from '@tensorflow/tfjs';`,
      'src/model/x.ts:4: @tensorflow/tfjs',
    ],
    ['src/model/x.ts', `import * as ort from 'onnxruntime-node';`, 'confined to'],
    ['src/play/x.ts', `import '../camera/sim-camera.ts';`, 'play may not import src/camera/sim-camera.ts'],
    [
      'src/robot/so101.ts',
      `import { World } from '../sim/world.ts';`,
      'robot may not import src/sim/world.ts',
    ],
    ['src/play/x.ts', `const m = await import('sharp');`, 'sharp is confined'],
    ['src/robot/so101.ts', `const s = await import('serialport');`, 'serialport is confined'],
    ['src/rig/x.ts', `export * from '../../tools/terminal.ts';`, 'src may not import tools'],
    ['src/video/resize.ts', `import ffmpeg from 'fluent-ffmpeg';`, 'fluent-ffmpeg is confined'],
    ['src/attic/x.ts', ``, 'room attic has no import rule'],
    ['test/model/helpers.ts', ``, 'a name that says nothing'],
    ['src/server/x.ts', `import { train } from '../training/train.ts';`, 'server may not import'],
    ['tools/x.ts', `import { Hono } from 'hono';`, 'hono is confined'],
    ['web/src/x.tsx', `import { askSchema } from '../../src/server/messages.ts';`, 'web may not import'],
    ['web/src/x.tsx', `import { z } from 'https://esm.sh/zod';`, 'web may not import'],
    ['web/src/x.tsx', `import { z } from 'zod';`, 'web may not import'],
  ])('catches %s: %s', (file, text, reason) => {
    const found = violations(file, text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(reason);
  });

  test.each([
    ['src/robot/sim-arm.ts', `import { World } from '../sim/world.ts';`],
    ['src/model/x.ts', `import type { Tensor } from '@tensorflow/tfjs';`],
    ['src/play/x.ts', `import type { Robot } from '../robot/robot.ts';`],
    ['tools/x.ts', `import { Command } from 'commander';`],
    ['web/src/x.tsx', `import { curve } from './curve.tsx';`],
    ['web/src/x.tsx', `import type { Told } from '../../src/server/messages.ts';`],
    ['web/src/x.tsx', `import { PICTURES } from '../../src/server/pictures.ts';`],
  ])('lets pass %s: %s', (file, text) => {
    expect(violations(file, text)).toEqual([]);
  });
});
