import { expect, it } from 'vitest';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import type { SimArm } from '../../src/robot/sim-arm.ts';
import { robotContract } from '../contract/robot.ts';

robotContract({
  name: 'sim-arm',
  accuracyM: 0.002,
  open: async () => {
    const rig = await openSimRig({ seed: 1, objects: 0 });
    return {
      robot: rig.robot,
      workspace: rig.rig.workspace,
      settle: () => rig.clock.endOfStep(),
      dispose: () => rig.close(),
    };
  },
});

// Targets ran on below the table top while the tip stood on an object: the arm pressed ever harder, and the
// planner believed the gripper inside of what it stood on.
it('starts the next action from where a blocked arm is', async () => {
  const rig = await openSimRig({ seed: 3, objects: 1 });
  try {
    await rig.robot.arm();
    const [x, y, top] = rig.world().objectPoint(0);
    (rig.robot as SimArm).placeAt([x, y, top + 0.015]);
    for (let step = 0; step < 2; step++) {
      await rig.robot.send([0, 0, -1]);
      await rig.clock.endOfStep();
    }
    const { tip } = await rig.robot.state();
    expect(tip[2]).toBeGreaterThan(top); // the object holds it up
    expect(rig.robot.target()[2]).toBeCloseTo(tip[2], 2);
    const sent = await rig.robot.send([0, 0, 0.5]);
    expect(sent[2]).toBeCloseTo(0.5, 5);
    await rig.clock.endOfStep();
    expect((await rig.robot.state()).tip[2]).toBeGreaterThan(tip[2] + 0.015); // up at once, nothing to unwind
  } finally {
    await rig.close();
  }
});
