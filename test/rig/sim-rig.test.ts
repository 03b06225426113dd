import { afterEach, describe, expect, it } from 'vitest';
import { openRig, rigNames } from '../../src/rig/registry.ts';
import { openSimRig, simRig, type SimRig, type SimRigOptions } from '../../src/rig/sim-rig.ts';
import { armMask } from '../../src/spec/arm-mask.ts';
import { insideFrame } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';
import { parseRig } from '../../src/spec/rig.ts';

const open: SimRig[] = [];
async function rigWith(options: SimRigOptions = {}): Promise<SimRig> {
  const rig = await openSimRig(options);
  open.push(rig);
  return rig;
}
afterEach(async () => {
  for (const rig of open.splice(0)) await rig.close();
});

describe('the simulated rig', () => {
  it('survives being written to a file and read back', () => {
    expect(parseRig(JSON.parse(JSON.stringify(simRig())), 'rig.json')).toEqual(simRig());
  });

  it('keeps every place the gripper may go inside the picture', () => {
    const { workspace, projection, frame } = simRig();
    for (let corner = 0; corner < 8; corner++) {
      const [x, y, z] = [0, 1, 2].map((d) => (corner & (1 << d) ? workspace.high : workspace.low)[d]);
      expect(insideFrame(project(projection, [x, y, z]), frame)).toBe(true);
    }
  });

  it('makes the same scene from the same seed, whatever was there before', async () => {
    const rig = await rigWith();
    const { plate } = await rig.reset(5);
    const frame = (await rig.camera.next(0)).frame;
    const target = rig.robot.target();
    await rig.robot.arm();
    await rig.robot.send([1, 1, 1]);
    await rig.clock.endOfStep();
    await rig.reset(6);
    expect((await rig.camera.next(0)).frame.data).not.toEqual(frame.data);
    expect((await rig.reset(5)).plate.data).toEqual(plate.data);
    expect((await rig.camera.next(0)).frame.data).toEqual(frame.data);
    expect(rig.robot.target()).toEqual(target);
  });

  it('starts low, where the arm touches nothing', async () => {
    const rig = await rigWith();
    for (let seed = 0; seed < 25; seed++) {
      await rig.reset(seed);
      const tip = rig.world().tip();
      expect(tip[2]).toBeGreaterThan(0.019);
      expect(tip[2]).toBeLessThan(0.061);
      const before = rig.truth();
      await rig.clock.endOfStep();
      rig.truth().forEach((v, k) => {
        if (!Number.isNaN(before[k])) expect(Math.abs(v - before[k])).toBeLessThan(0.0005);
      });
    }
  });

  it('has the arm where its kinematics and its projection say: under the arm mask', async () => {
    const rig = await rigWith({ objects: 0 });
    for (const seed of [3, 4, 5]) {
      await rig.reset(seed);
      const world = rig.world();
      const mask = armMask(rig.rig.arm, rig.rig.projection, world.jointsRad(), rig.rig.frame);
      let [arm, hidden, covered, wrong] = [0, 0, 0, 0];
      world.renderGeoms().forEach((geom, at) => {
        const isArm = geom >= 0 && world.scene.geoms[geom].owner === 'arm';
        if (isArm) arm++;
        if (isArm && mask.data[at] > 0.5) hidden++;
        if (mask.data[at] > 0.9) covered++;
        if (mask.data[at] > 0.9 && !isArm) wrong++;
      });
      expect(arm).toBeGreaterThan(500);
      expect(hidden / arm).toBeGreaterThan(0.98);
      expect(wrong / covered).toBeLessThan(0.15);
    }
  });

  it('puts down as many objects as asked for, of the variety asked for', async () => {
    const rig = await rigWith({ objects: 3, variety: 'test' });
    expect(rig.world().objects).toHaveLength(3);
    for (const { shape } of rig.world().objects) expect(['cross', 'Z', 'triangle']).toContain(shape);
  });

  it('is closed for good', async () => {
    const rig = await rigWith();
    await rig.close();
    await rig.close();
    await expect(rig.reset(1)).rejects.toThrow(/closed/);
    expect(() => rig.world()).toThrow(/closed/);
  });
});

describe('openRig', () => {
  it('opens a rig by its name or its description', async () => {
    expect(rigNames()).toContain('sim');
    for (const which of ['sim', simRig()]) {
      const rig = await openRig(which, { seed: 2 });
      expect(rig.rig).toEqual(simRig());
      await rig.close();
    }
  });

  it('names the rigs there are when asked for another', async () => {
    await expect(openRig('nowhere')).rejects.toThrow(/unknown rig 'nowhere'; known: sim/);
  });
});
