/** Episodes that need no simulator: a square that moves with the action, before a small two-link arm. */
import { DatasetWriter } from '../../src/dataset/writer.ts';
import type { Episode, Moment } from '../../src/spec/episode.ts';
import { makeFrame, type Frame } from '../../src/spec/frame.ts';
import { forwardKinematics } from '../../src/spec/kinematics.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { parseRig, type Rig } from '../../src/spec/rig.ts';

export const SIZE = { height: 24, width: 32 } as const;

/** A camera 1 m straight above the table: 100 pixels a metre there, the origin at the picture's centre. */
export const syntheticRig: Rig = parseRig(
  {
    name: 'synthetic',
    robot: 'none',
    camera: 'none',
    frame: SIZE,
    controlHz: 2,
    action: { names: ['x', 'y', 'z'], unit: 'm', kind: 'delta', scale: [0.04, 0.04, 0.04] },
    workspace: { low: [-0.14, -0.1, 0.02], high: [0.14, 0.1, 0.1] },
    table: { low: [-0.16, -0.12], high: [0.16, 0.12] },
    projection: { size: SIZE, matrix: [100, 0, -15.5, 15.5, 0, -100, -11.5, 11.5, 0, 0, -1, 1] },
    arm: {
      base: [0, 0.2, 0],
      baseYawRad: 0,
      baseCapsules: [],
      links: [
        {
          name: 'shoulder',
          origin: [0, 0, 0.02],
          axis: [0, 0, 1],
          limitsRad: [-3, 3],
          capsules: [{ from: [0, 0, 0], to: [0, -0.1, 0], radius: 0.01 }],
        },
        {
          name: 'elbow',
          origin: [0, -0.1, 0],
          axis: [0, 0, 1],
          limitsRad: [-3, 3],
          capsules: [{ from: [0, 0, 0], to: [0, -0.1, 0], radius: 0.01 }],
        },
      ],
      tip: [0, -0.1, 0],
    },
  },
  'synthetic rig',
);

/** The empty table: a smooth slope of colours. */
export function syntheticPlate(): Frame {
  const plate = makeFrame(SIZE);
  for (let row = 0; row < SIZE.height; row++) {
    for (let col = 0; col < SIZE.width; col++) {
      plate.data.set([140 + 2 * row, 150, 110 + 2 * col], 3 * (row * SIZE.width + col));
    }
  }
  return plate;
}

/** An episode of `steps` control steps; two of the four objects are there when `truth` is asked for. */
export function syntheticEpisode(seed: number, steps: number, truth = true): Episode {
  const random = seededRandom(seed);
  const plate = syntheticPlate();
  const hue = [random.integer(256), random.integer(100), random.integer(256)];
  const moments: Moment[] = [];
  for (let t = 0; t <= steps; t++) {
    const frame = makeFrame(SIZE, plate.data.slice());
    const corner = { row: 8, col: 4 + (t % 20) };
    for (let row = corner.row; row < corner.row + 6; row++) {
      for (let col = corner.col; col < corner.col + 6; col++) {
        frame.data.set(hue, 3 * (row * SIZE.width + col));
      }
    }
    const jointsRad = [0.05 * t - 0.5, 0.3];
    const { tip } = forwardKinematics(syntheticRig.arm, jointsRad);
    moments.push({
      frame,
      arm: { jointsRad, tip },
      action: t === steps ? null : [random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)],
      ...(truth
        ? { truth: Float32Array.from({ length: 12 }, (_, i) => (i < 6 ? 0.01 * (t + i) : NaN)) }
        : {}),
    });
  }
  return { moments, plate, seed, task: 'play' };
}

/** Writes a dataset, or carries it on, until it has so many episodes: episode i is `syntheticEpisode(i, steps)`. */
export async function writeSynthetic(dir: string, episodes: number, steps: number): Promise<void> {
  const writer = await DatasetWriter.open(dir, syntheticRig, { truth: true });
  for (let i = writer.episodes.length; i < episodes; i++) {
    await writer.addEpisode(syntheticEpisode(i, steps), { policy: 'test' });
  }
  await writer.close();
}
