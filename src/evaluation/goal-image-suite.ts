/** Only a picture of the wanted table is given: which pixels must go where is for the pusher to find out. */
import type { SimRig } from '../rig/sim-rig.ts';
import { PARKED_TIP } from '../sim/world.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import type { GoalImage } from '../spec/task.ts';
import { drawnSuite, drawPush, isFair, pointGoal, type Push } from './drawing.ts';
import { SUCCESS_M } from './push-suite.ts';

const DISTANCES_M = [0.08, 0.15] as const;
const MAX_STEPS = 25;
/** The object in the picture is turned by up to so much, radians; only where it lies is judged. */
const MOST_TURN_RAD = Math.PI / 4;

export const goalImageSuite = drawnSuite(
  {
    name: 'goal-image',
    description: 'push, given nothing but a picture of the wanted table',
    scene: { variety: 'play' },
  },
  (scene, random) => {
    const { rig } = scene;
    const push = drawPush(rig, random, DISTANCES_M);
    const turnRad = random.uniform(-MOST_TURN_RAD, MOST_TURN_RAD);
    if (!isFair(scene, push)) return null;
    const goalImage = photograph(rig, push, turnRad);
    const goals = [pointGoal(rig, push, SUCCESS_M)];
    return { goals, task: { goals: [], goalImage, maxSteps: MAX_STEPS } };
  },
);

/** The table with the object at its goal and the arm drawn back, as a person would take the picture. */
function photograph(rig: SimRig, { object, goal }: Push, turnRad: number): GoalImage {
  const world = rig.world();
  const before = world.saveState();
  const jointsRad = inverseKinematics(rig.rig.arm, PARKED_TIP);
  world.placeArm(jointsRad);
  world.moveObject(object, { dx: 0, dy: 0, turnRad });
  // Turning moves a point that is not at the body's axis.
  const [x, y] = world.objectPoint(object);
  world.moveObject(object, { dx: goal[0] - x, dy: goal[1] - y, turnRad: 0 });
  const frame = world.render(rig.rig.frame);
  world.restoreState(before);
  return { frame, jointsRad };
}
