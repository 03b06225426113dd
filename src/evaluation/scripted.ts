/**
 * The scripted pusher: a baseline that looks at the simulator's truth. It bounds what a pusher with perfect
 * sight and no model of contact can do. Over the obstacles to a place behind the object, down, push towards
 * the goal; when the object slides off, again from behind.
 */
import { towards, type Action, type ActionSpec, type Box, type Vector3 } from '../spec/action.ts';
import { distanceOnTable } from '../spec/on-table.ts';

/** What it looks at, metres. */
export interface PusherView {
  /** Where the gripper was last told to go. */
  readonly tip: Vector3;
  /** The designated point. */
  readonly object: Vector3;
  readonly goal: Vector3;
  /** Distance from the designated point that clears the object all around. */
  readonly clearanceM: number;
}

/** The finger's half width and a little: how far from an object's outline the script keeps, metres. */
export const SCRIPT_GAP_M = 0.018;
/** Pushing happens at the workspace's floor plus this; travelling at its ceiling. */
const PUSH_HEIGHT_M = 0.003;
/** The tip is down, among the objects, when it is less than this above where it pushes. */
const DOWN_M = 0.012;
/** Nearer than this to the goal it stops. */
export const ARRIVED_M = 0.008;
/** A push starts and goes on while the gripper is behind the object within this part of the clearance sideways. */
const CORRIDOR_FRACTION = 0.35;
/** The longest push of one control step, as a fraction of the largest action: long ones slide off. */
const PUSH_PACE = 0.8;
/** How far beyond the line the gripper steers, and how much slower it pushes at the corridor's edge. */
const STEERING = 1;
const SLOWDOWN = 0.5;
/** It comes down when it is this near to the place behind the object. */
const ABOVE_M = 0.01;
/**
 * Off the line but still behind the object by the first part of the clearance, and no farther aside than the second,
 * it steps back onto the line.
 */
const REALIGN_FRACTION = 0.5;
const REALIGN_ASIDE_FRACTION = 1.3;
/**
 * Down and aside of the object by the first part of the clearance, and no farther from it than the second, it slid
 * past. Nearer to the line there is no side to go back along.
 */
const PAST_ASIDE_FRACTION = 0.2;
const PAST_FRACTION = 1.5;
/** How far behind the tip (away from the camera) the leaning finger touches objects. */
const LEAN_M = 0.01;
/** Above this fraction of the workspace's height it travels freely. */
const TRAVEL_FRACTION = 0.8;

/** One action of the scripted pusher. */
export function scriptedAction(view: PusherView, spec: ActionSpec, workspace: Box): Action {
  return towards(nextTip(view, workspace, spec.scale[0]), view.tip, spec);
}

/** Where the gripper should be after this control step, or on the way to. */
function nextTip({ tip, clearanceM, ...view }: PusherView, workspace: Box, scaleM: number): Vector3 {
  const [object, goal] = [underTheContact(view.object), underTheContact(view.goal)];
  const floor = workspace.low[2] + PUSH_HEIGHT_M;
  const ceiling = workspace.high[2];
  const [gx, gy] = [goal[0] - object[0], goal[1] - object[1]];
  const distance = Math.hypot(gx, gy);
  if (distance < ARRIVED_M) return tip;
  const [ux, uy] = [gx / distance, gy / distance];
  const [rx, ry] = [tip[0] - object[0], tip[1] - object[1]];
  const along = rx * ux + ry * uy;
  const [sideX, sideY] = [rx - along * ux, ry - along * uy];

  const side = Math.hypot(sideX, sideY);
  const low = tip[2] < floor + DOWN_M;
  const behind = clampToBox([object[0] - clearanceM * ux, object[1] - clearanceM * uy, ceiling], workspace);
  const away = distanceOnTable(behind, tip);
  const inLine = along < 0 && side < CORRIDOR_FRACTION * clearanceM;
  if (low && (inLine || away < ABOVE_M)) {
    // Forward by what is missing (never too far: the gap to the object only shortens it), and more than back to
    // the line: an object pushed at one point turns away from it, like a trailer in reverse.
    const offLine = Math.min(1, side / (CORRIDOR_FRACTION * clearanceM));
    const forward = Math.min(distance, PUSH_PACE * scaleM) * (1 - SLOWDOWN * offLine);
    const [backX, backY] = [-STEERING * sideX, -STEERING * sideY];
    return [tip[0] + forward * ux + backX, tip[1] + forward * uy + backY, floor];
  }
  const besideTheLine = along < -REALIGN_FRACTION * clearanceM && side < REALIGN_ASIDE_FRACTION * clearanceM;
  const slidPast = side > PAST_ASIDE_FRACTION * clearanceM && Math.hypot(rx, ry) < PAST_FRACTION * clearanceM;
  if (low && !besideTheLine && slidPast) {
    // Out and back along the object's side, without lifting.
    const out = clearanceM / side;
    const corner: Vector3 = [behind[0] + out * sideX, behind[1] + out * sideY, floor];
    const reachable = clampToBox(corner, workspace);
    const there = distanceOnTable(tip, corner) < ABOVE_M;
    if (!there && distanceOnTable(corner, reachable) < ABOVE_M) return corner;
  }
  if (away < ABOVE_M || (low && besideTheLine)) return [behind[0], behind[1], floor];
  const travelling = tip[2] > workspace.low[2] + TRAVEL_FRACTION * (ceiling - workspace.low[2]);
  return travelling ? behind : [tip[0], tip[1], ceiling];
}

/** Where the tip is when the finger above it, which leans back towards the base, touches at `point`. */
function underTheContact([x, y, z]: Vector3): Vector3 {
  return [x, y - LEAN_M, z];
}

function clampToBox(point: Vector3, { low, high }: Box): Vector3 {
  return point.map((p, d) => Math.max(low[d], Math.min(high[d], p))) as unknown as Vector3;
}
