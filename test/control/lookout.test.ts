import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLookout, type Look, type Lookout } from '../../src/control/lookout.ts';
import { startTrackers, type Trackers, type TrackingScene } from '../../src/cost/tracker.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import { pixelDistance } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';

const STILL = [0, 0, 0];

let rig: SimRig;
let scene: TrackingScene;
let trackers: Trackers;
let lookout: Lookout;
beforeEach(async () => {
  rig = await openSimRig({ objects: 1 });
  const { plate } = await rig.reset(4);
  await rig.robot.arm();
  const { projection, arm } = rig.rig;
  const { frame } = await rig.camera.next(1000);
  const { jointsRad } = await rig.robot.state();
  scene = { projection, arm, plate, frame, jointsRad };
  trackers = startTrackers(scene, [truth()]);
  lookout = createLookout(rig.rig);
});
afterEach(() => rig.close());

const truth = () => project(rig.rig.projection, rig.world().objectPoint(0));

/** One control step of an arm that does what the lookout wants, and nothing else. */
async function step(): Promise<Look | null> {
  const { frame } = await rig.camera.next(1000);
  const { jointsRad } = await rig.robot.state();
  const look = lookout.next(trackers.update({ frame, jointsRad }), {
    target: rig.robot.target(),
    inFlight: STILL,
  });
  await rig.robot.send(look?.action ?? STILL);
  await rig.clock.endOfStep();
  return look;
}

/** Takes the object out of the picture; what is returned puts it back. */
function takeAway(): () => void {
  const before = rig.world().saveState();
  const { qpos } = rig.world().physics.views();
  const place = qpos.subarray(rig.rig.arm.links.length);
  const kept = Float64Array.from(place.subarray(0, 7));
  place.set([3, 3, 1], 0);
  rig.world().physics.updatePoses();
  expect(before.integration).not.toEqual(rig.world().saveState().integration);
  return () => {
    const { qpos: now, qvel } = rig.world().physics.views();
    now.set(kept, rig.rig.arm.links.length);
    qvel.fill(0, rig.rig.arm.links.length);
    rig.world().physics.updatePoses();
  };
}

describe('the lookout', () => {
  it('lets everything be while the object is in sight, and hidden for a moment', async () => {
    expect(await step()).toBeNull();
    const putBack = takeAway();
    expect(await step()).toBeNull();
    putBack();
    expect(await step()).toBeNull();
    expect(trackers.tracks[0].unseenFrames).toBe(0);
  });

  it('makes way upwards first, without coming nearer to the object, and goes on when the object is seen', async () => {
    const tip = rig.world().tip();
    const putBack = takeAway();
    await step();
    const first = await step();
    expect(first?.action[2]).toBeGreaterThan(0.2);
    expect(first?.action.slice(0, 2).map((a) => Math.abs(a) < 1e-9)).toEqual([true, true]);
    expect(first?.needsClick).toBe(false);
    expect(rig.world().tip()[2]).toBeGreaterThan(tip[2] + 0.005);
    putBack();
    expect(await step()).toBeNull();
    expect(pixelDistance(trackers.tracks[0].pixel, truth())).toBeLessThan(1);
  });

  it('asks for a click when the object is not there with the arm out of the way, and only then', async () => {
    takeAway();
    const looks: (Look | null)[] = [];
    while (looks.length < 20 && !looks.at(-1)?.needsClick) looks.push(await step());
    const asked = looks.at(-1);
    expect(asked?.needsClick).toBe(true);
    expect(asked?.action).toEqual(STILL);
    expect(trackers.tracks[0].lost).toBe(true);
    const [, y, z] = rig.world().tip();
    const { high } = rig.rig.workspace;
    expect(Math.hypot(y - high[1], z - high[2])).toBeLessThan(0.02);
    expect(looks.length).toBeGreaterThan(4);
    expect(looks.slice(0, -1).some((look) => look?.needsClick)).toBe(false);
  });

  it('has nothing to look for at a pixel of the plain table', async () => {
    trackers = startTrackers(scene, [{ row: 100, col: 20 }]);
    takeAway();
    for (let k = 0; k < 4; k++) expect(await step()).toBeNull();
    expect(trackers.tracks[0].confidence).toBe(0);
  });
});
