import { describe, expect, it } from 'vitest';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { cameraContract } from '../contract/camera.ts';

cameraContract({
  name: 'sim-camera',
  size: { height: 120, width: 160 },
  open: async () => {
    const rig = await openSimRig({ seed: 1 });
    return { camera: rig.camera, nowMs: () => rig.clock.nowMs(), dispose: () => rig.close() };
  },
});

describe('the simulated camera', () => {
  it('sees the arm move, and stamps pictures with simulated time', async () => {
    const rig = await openSimRig({ seed: 1, objects: 0 });
    const before = await rig.camera.next(0);
    await rig.robot.arm();
    await rig.robot.send([1, 1, 0]);
    await rig.clock.endOfStep();
    const after = await rig.camera.next(0);
    expect(after.timestampMs - before.timestampMs).toBe(500);
    expect(after.frame.data).not.toEqual(before.frame.data);
    await rig.close();
  });
});
