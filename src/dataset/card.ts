import type { Rig } from '../spec/rig.ts';
import { TRUTH } from './layout.ts';

/** The README.md of a dataset: what it holds, for people and for the Hugging Face hub. */
export function datasetCard(rig: Rig, truth: boolean): string {
  const lines = [
    '---',
    'task_categories: [robotics]',
    'tags: [LeRobot]',
    'configs: [{ config_name: default, data_files: data/*/*.parquet }]',
    '---',
    '',
    `# Play data of ${rig.name}`,
    '',
    `LeRobotDataset v3.0, one file an episode, recorded by \`foresight collect\`: ${rig.robot} seen by ${rig.camera},`,
    `${rig.frame.width}x${rig.frame.height} pixels, ${rig.controlHz} control steps a second.`,
    '',
    '- A row is one moment: the frame, the joints (rad), the tip (m), and the action SENT from there to the next row.',
    '  An action is a displacement of the gripper in -1..1 of its scale in `meta/rig.json`. Nothing is sent after the',
    "  last frame: the last row's action is all zeros.",
    '- `meta/plates` holds a picture of the empty table for each episode, `meta/rig.json` the arm, the camera and its',
    '  projection from metres to pixels.',
    '- The index (`meta/episodes`) also names the seed and the play policy of each episode.',
  ];
  if (truth) {
    lines.push(
      `- \`${TRUTH}\`: a point on top of each object (m), NaN where there is none. For measuring only.`,
    );
  }
  return `${lines.join('\n')}\n`;
}
