/** The step of a calibration in which the arm moves by itself: where the camera is; or whether it still is there. */
import { openTableRig, type TableRig } from '../rig/table-rig.ts';
import { readRig } from '../rig/rig-file.ts';
import { ensure } from '../spec/errors.ts';
import type { Frame } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import { calibrationPlaces } from './calibration-places.ts';
import { howFarOff, photographArm } from './camera.ts';
import type { Pose } from './align-tip.ts';
import { findTips } from './find-tip.ts';
import { parsePixel, type Person } from './person.ts';
import { editRigFile } from './rig-edit.ts';
import type { SolvedProjection } from './solve-projection.ts';

/** A camera that is this far off, in shares of the frame's width, is of no use: 2 px of 160. */
const USELESS_SHARE = 2 / 160;

export interface CameraStepOptions {
  /** Shows whoever watches what the camera sees of each pose. */
  readonly onPicture?: (frame: Frame) => void;
  readonly signal?: AbortSignal;
}

/** Solves the projection and writes it to the file. Throws a ForesightError when the tip is not seen well enough. */
export async function calibrateCamera(
  file: string,
  person: Person,
  options: CameraStepOptions,
): Promise<SolvedProjection> {
  const { poses, live } = await showArm(file, person, options);
  const { arm, frame } = live.rig;
  let { pixels, solved } = findTips(poses, arm);
  if (solved.outliers.length > 0) {
    const given = await askForTips(poses, solved, person);
    if (given.size > 0) ({ pixels, solved } = findTips(poses, arm, given));
  }
  const { projection, residualsPx, rmsPx, outliers } = solved;
  residualsPx.forEach((px, i) => {
    const { row, col } = pixels[i];
    const note = outliers.includes(i) ? ', left out' : '';
    person.tell(`pose ${i + 1}: tip at ${row.toFixed(1)},${col.toFixed(1)}, ${px.toFixed(2)} px off${note}`);
  });
  ensure(
    rmsPx < USELESS_SHARE * frame.width,
    `the camera fits the poses to ${rmsPx.toFixed(1)} px only; nothing was saved`,
    'clear the table, let nothing else move in the picture, see that its exposure is locked, and run the step again',
  );
  const matrix = projection.matrix.map((v) => Number(v.toPrecision(8)));
  await editRigFile(file, (rig) => ({ ...rig, projection: { size: frame, matrix } }));
  person.tell(`${file}: the camera sees the tip where it is to ${rmsPx.toFixed(2)} px`);
  return solved;
}

/** Whether the camera still is where the file has it. Returns how far off it is, root mean square, pixels. */
export async function checkCamera(
  file: string,
  person: Person,
  options: CameraStepOptions,
): Promise<{ rmsPx: number; hasMoved: boolean }> {
  const { poses, live } = await showArm(file, person, options);
  return howFarOff(live.rig, poses);
}

async function showArm(
  file: string,
  person: Person,
  { onPicture, signal }: CameraStepOptions,
): Promise<{ poses: Pose[]; live: TableRig }> {
  const rig = await readRig(file);
  await person.ask('Clear the table of everything but the arm, and keep your hands away: it will move.');
  const live = await openTableRig(rig, { onNote: (note) => person.tell(note) });
  try {
    await live.robot.arm();
    const places = calibrationPlaces(rig);
    const poses = await photographArm(live, places, {
      onPose: (index) => person.tell(`pose ${index + 1} of ${places.length}`),
      ...(onPicture ? { onPicture } : {}),
      ...(signal ? { signal } : {}),
    });
    return { poses, live };
  } finally {
    await live.close();
  }
}

/** A person looks at the pictures in which something else than the tip was found. */
async function askForTips(
  poses: readonly Pose[],
  { outliers }: SolvedProjection,
  person: Person,
): Promise<Map<number, Pixel>> {
  const given = new Map<number, Pixel>();
  for (const i of outliers) {
    const answer = await person.ask(`Pose ${i + 1} does not fit the others: where is the gripper's tip?`, {
      kind: 'pixel',
      picture: poses[i].frame,
      name: `pose-${i + 1}`,
      orNothing: 'to leave it out',
    });
    const pixel = parsePixel(answer);
    if (pixel !== null) given.set(i, pixel);
  }
  return given;
}
