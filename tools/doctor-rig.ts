/** What `foresight doctor --rig` looks at besides the machine: the rig's file, its reach, arm, camera and empty table. */
import { access } from 'node:fs/promises';
import { openFfmpegCamera, type CameraHealth } from '../src/camera/ffmpeg-camera.ts';
import { measureCamera, type CameraMeasurement } from '../src/camera/measure.ts';
import { describeRig, plateFileOf } from '../src/rig/registry.ts';
import { checkWorkspace } from '../src/robot/limits.ts';
import { ensure } from '../src/spec/errors.ts';
import type { Rig } from '../src/spec/rig.ts';
import type { Video } from '../src/spec/video.ts';
import { failed, type Check } from './check.ts';
import { armChecks } from './doctor-arm.ts';

/** Pictures come this often in a control step at least: the one that is asked for is then taken soon after. */
const PICTURES_A_STEP = 4;
/** A picture may be this much of a control step old: more, and the planner sees the arm where it was a step ago. */
const OLDEST_PICTURE = 0.5;
const WATCHED_S = 3;

/** The checks of one rig, in the order in which to put things right: what hangs on another is left out. Nothing moves. */
export async function rigChecks(name: string): Promise<Check[]> {
  try {
    const rig = await describeRig(name);
    // The arm first: its bus is heard better before ffmpeg keeps this machine busy.
    const arm = await armChecks(rig, name);
    const camera = await cameraChecks(rig, name);
    return [rigCheck(rig), workspaceCheck(rig), ...arm, ...camera, plateCheck(name)];
  } catch (error) {
    return [failed('rig', error as Error, 'docs/real-arm.md explains every field of the file')];
  }
}

function rigCheck({ name, robot, controlHz, frame: { width, height } }: Rig): Check {
  const found = `${name}: ${robot}, ${controlHz} control steps a second, frames of ${width}x${height}`;
  return { part: 'rig', required: true, next: '', look: async () => found };
}

function workspaceCheck({ arm, action, workspace }: Rig): Check {
  return {
    part: 'workspace',
    required: true,
    next: 'make "workspace" smaller, or move the arm\'s "base"',
    look: async () => {
      checkWorkspace({ arm, actionSpec: action, workspace });
      const cm = workspace.high.map((high, d) => Math.round(100 * (high - workspace.low[d])));
      return `${cm.join(' x ')} cm, all within reach`;
    },
  };
}

async function cameraChecks(rig: Rig, name: string): Promise<Check[]> {
  try {
    const seen = await lookThrough(rig);
    return [cameraCheck(seen), rateCheck(seen, rig), latencyCheck(seen, rig, name)];
  } catch (error) {
    return [
      failed('camera', error as Error, 'npx foresight cameras, to see what is there and how to name it'),
    ];
  }
}

function cameraCheck({ video, health: { source, exposure } }: Seen): Check {
  const size = source === null ? '' : ` of ${source.size.width}x${source.size.height}`;
  const found = `${video.input}${size}, exposure ${exposure}`;
  return { part: 'camera', required: true, next: '', look: async () => found };
}

function rateCheck({ measured: { hz, longestGapMs } }: Seen, { controlHz }: Rig): Check {
  return {
    part: 'camera rate',
    required: true,
    next: 'a smaller "video_size", a better cable or more light; or a lower "controlHz"',
    look: async () => {
      const found = `${hz.toFixed(1)} a second, longest gap ${longestGapMs.toFixed(0)} ms`;
      ensure(hz >= PICTURES_A_STEP * controlHz, `${found}; ${PICTURES_A_STEP * controlHz} are needed`);
      return found;
    },
  };
}

function latencyCheck({ video: { latencyMs }, measured: { ageMs } }: Seen, rig: Rig, name: string): Check {
  return {
    part: 'camera latency',
    required: false,
    next: `npx foresight cameras --rig ${name} --latency (the arm moves)`,
    look: async () => {
      ensure(latencyMs > 0, 'not measured: "latencyMs" is 0');
      const oldestMs = (1000 * OLDEST_PICTURE) / rig.controlHz;
      ensure(
        latencyMs <= oldestMs,
        `${latencyMs} ms; at most ${oldestMs} ms are of use at ${rig.controlHz} control steps a second`,
        'a wired camera instead of a network stream, or a lower "controlHz"',
      );
      return `${latencyMs} ms; a picture is ${ageMs.toFixed(0)} ms old when it is handed over`;
    },
  };
}

function plateCheck(name: string): Check {
  return {
    part: 'empty table',
    required: false,
    next: `npx foresight collect --rig ${name}, at a terminal: it asks for a clear table once`,
    look: async () => {
      const path = plateFileOf(name) ?? '';
      await access(path).catch(() => ensure(false, `no picture of it yet at ${path}`));
      return path;
    },
  };
}

interface Seen {
  readonly video: Video;
  readonly health: CameraHealth;
  readonly measured: CameraMeasurement;
}

async function lookThrough({ name, video, frame }: Rig): Promise<Seen> {
  ensure(video !== undefined, `rig ${name}: "video" is missing: what the camera films`);
  const camera = await openFfmpegCamera({ video, size: frame });
  try {
    const measured = await measureCamera(camera, WATCHED_S);
    return { video, measured, health: camera.health() };
  } finally {
    await camera.close();
  }
}
