/** How fast the simulated table runs: physics, whole control steps, and the camera. */
import { openSimRig } from '../rig/sim-rig.ts';
import { seededRandom } from '../spec/random.ts';
import { durations, rate, type Measurement } from './measure.ts';

/** Objects on the table: as many as play has at most. */
const OBJECTS = 4;
const CONTROL_STEPS = 4;
const FRAMES = 10;

export async function benchSimulator(repeats: number): Promise<Measurement[]> {
  const rig = await openSimRig({ seed: 1, objects: OBJECTS });
  const random = seededRandom(1);
  const { controlHz, action } = rig.rig;
  try {
    await rig.robot.arm();
    const world = rig.world();
    const physicsSteps = (CONTROL_STEPS / controlHz) * Math.round(1 / world.timestepS());
    // The arm stands where it is, so that nothing but physics is timed.
    const jointsRad = world.jointsRad();
    const physics = await durations(repeats, () => {
      world.advance(() => jointsRad, CONTROL_STEPS / controlHz);
    });
    const control = await durations(repeats, async () => {
      for (let k = 0; k < CONTROL_STEPS; k++) {
        await rig.robot.send(action.names.map(() => random.uniform(-1, 1)));
        await rig.clock.endOfStep();
        await rig.camera.next(1000);
      }
    });
    const frames = await durations(repeats, () => {
      for (let k = 0; k < FRAMES; k++) world.render();
    });
    const { height, width } = rig.rig.frame;
    return [
      rate(`simulator, physics of ${1000 * world.timestepS()} ms`, 'physics steps', physicsSteps, physics),
      rate(`simulator, ${1 / controlHz} s each, with a frame`, 'control steps', CONTROL_STEPS, control),
      rate(`camera, ${width}x${height}`, 'frames', FRAMES, frames),
    ];
  } finally {
    await rig.close();
  }
}
