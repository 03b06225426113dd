/** A rig file to begin with: the simulated table's measures, a camera, and an arm that stands as the simulated one does. */
import { simRig } from './sim-rig.ts';
import type { Video } from '../spec/video.ts';
import { TABLETOP_ARM } from '../sim/table.ts';

/**
 * What a person then edits. Where arm and camera stand is the simulator's until it is measured: close enough to try the
 * camera and to see which field means what, not to push anything.
 */
export function newRigFile(video: Video): string {
  const { frame, controlHz, action, workspace, table, projection } = simRig();
  const { base, baseYawRad } = TABLETOP_ARM;
  const rig = {
    name: 'desk',
    robot: 'so101',
    driver: {},
    camera: 'ffmpeg-camera',
    video,
    frame,
    controlHz,
    action,
    workspace,
    table,
    projection,
    arm: { model: 'so101', base, baseYawRad },
  };
  return rigText(rig);
}

/** A rig as its file has it: rows of numbers stay rows, since people edit this. */
export function rigText(rig: object): string {
  const text = JSON.stringify(rig, null, 2).replace(/\[[^[\]{}]*\]/g, (row) =>
    row.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  );
  return `${text}\n`;
}
