/** `foresight doctor`: whether this machine, and a rig, have what the other commands need, and what to do where not. */
import { access, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { satisfies } from 'semver';
import { SIM_RIG } from '../src/rig/sim-rig.ts';
import { messageOf } from '../src/spec/errors.ts';
import { resolveBinary } from '../src/video/binary.ts';
import type { Check } from './check.ts';
import { readPackage } from './package.ts';
import { formatTable, printJson } from './terminal.ts';

/** An hour of play at 2 control steps a second: 30 MB of video, 10 MB of plates, 310 MB of frames ready for training. */
const HOUR_GB = 0.35;
/** Below this, recording and training run into a full disk, GB. */
const ENOUGH_DISK_GB = 2;

interface Finding {
  readonly part: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do where it is not ok. */
  readonly next?: string;
}

const CHECKS: readonly Check[] = [
  {
    part: 'node',
    required: true,
    next: 'install Node 24',
    look: async () => supportedNode(process.versions.node),
  },
  { part: 'simulator', required: true, next: 'npm ci', look: () => packageResolves('@mujoco/mujoco') },
  {
    part: 'ffmpeg',
    required: true,
    next: 'npm ci, or set FFMPEG_PATH',
    look: async () => {
      const { path, source } = await resolveBinary();
      return `${path} (from ${source})`;
    },
  },
  {
    part: 'model',
    required: false,
    next: 'npx foresight train --data data/play --out models/tabletop',
    look: async () => {
      const path = join('models', 'tabletop');
      await access(path).catch(() => {
        throw new Error(`nothing at ${path}`);
      });
      return path;
    },
  },
  {
    part: 'disk',
    required: true,
    next: `free at least ${ENOUGH_DISK_GB} GB`,
    look: async () => {
      const { bavail, bsize } = await statfs('.');
      const freeGb = (bavail * bsize) / 1e9;
      if (freeGb < ENOUGH_DISK_GB) throw new Error(`${freeGb.toFixed(1)} GB free`);
      return `${freeGb.toFixed(1)} GB free, enough for ${Math.floor(freeGb / HOUR_GB)} hours of play`;
    },
  },
];

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Checks this machine, and with --rig a rig, its arm and its camera. Nothing moves.')
    .option(
      '--rig <name|file>',
      'also look at this rig: its file, reach, arm, camera, picture of the empty table',
      SIM_RIG,
    )
    .option('--json', 'print JSON only')
    .action(async ({ json, rig }: { json?: boolean; rig: string }) => {
      const ofRig = rig === SIM_RIG ? [] : await (await import('./doctor-rig.ts')).rigChecks(rig);
      const { engineChecks } = await import('./doctor-engines.ts');
      const checks = [...CHECKS, ...engineChecks(), ...ofRig];
      const findings = await Promise.all(checks.map(examine));
      if (json) printJson(findings);
      else console.log(formatTable(['part', '', 'found'], findings.map(tableRow)));
      if (checks.some(({ required }, i) => required && !findings[i].ok)) process.exitCode = 1;
    });
}

async function examine({ part, next, look }: Check): Promise<Finding> {
  try {
    return { part, ok: true, found: await look() };
  } catch (error) {
    return {
      part,
      ok: false,
      found: messageOf(error).message.split('\n')[0],
      // What is wrong may know better than the check what to do.
      next: messageOf(error).next ?? next,
    };
  }
}

function tableRow({ part, ok, found, next }: Finding): string[] {
  return [part, ok ? 'ok' : 'no', ok ? found : `${found}; next: ${next ?? ''}`];
}

/** The same version; throws where it is not one that the project runs on. */
export function supportedNode(version: string): string {
  const { node } = readPackage().engines;
  if (!satisfies(version, node)) throw new Error(`version ${version}, not one of ${node}`);
  return version;
}

/** Resolved, not loaded: loading a GPU runtime takes seconds and may print. */
async function packageResolves(name: string): Promise<string> {
  try {
    import.meta.resolve(name);
    return name;
  } catch {
    throw new Error('not installed');
  }
}
