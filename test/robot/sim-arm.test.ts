import { openSimRig } from '../../src/rig/sim-rig.ts';
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
