/**
 * Action sequences worth trying before any search: go behind the designated point, as seen from the goal, and
 * push through it. They come from the clicked pixels and the rig's projection alone; whether one is any good
 * is for the predictor to say. Directions, distances and ways around are varied, so that the search has
 * something to choose from.
 */
import { applyAction, towards, type Vector3 } from '../spec/action.ts';
import { distanceOnTable, distanceToWay, HIGHEST_OBJECT_M, type OnTable } from '../spec/on-table.ts';
import type { Random } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';
import { lineOfPush, type PushLine, type PushProblem } from './push-line.ts';
import { apart } from '../rig/travel.ts';

/** How the gripper gets behind the object. */
type Approach = 'straight' | 'around' | 'over';

/** The finger's middle is this far from what it touches, metres. */
const FINGER_M = 0.01;
/** Parts of the object this near to the line of the finger's middle are in its way, metres: a bit more than it touches. */
const IN_THE_WAY_M = 1.5 * FINGER_M;
/** The gripper comes down with so much room to the object: on top of it, it would push nothing. */
const ROOM_M = [0.006, 0.03] as const;
/** An object that cannot be made out is taken to reach this far from the designated point, metres. */
const USUAL_REACH_M = 0.03;
/** Speed of a push, as a share of the fastest. */
const PACE = [0.45, 1] as const;
/** How far a push goes, as shares of how far the object should: from part of the way to a little beyond. */
const PUSHED_SHARE = [0.5, 1.15] as const;
/** The same of a push that goes on from where the tip is, which may be a shorter one. */
const GOING_ON_SHARE = [0.3, 1.15] as const;
/** Going around keeps so much room to the side, metres. */
const ASIDE_M = [0.015, 0.05] as const;
/** And passes the object this far behind the contact, metres: from there on it is on the side that it pushes from. */
const ASIDE_BEHIND_M = 0.03;
/** How near a straight way may come to the object at most, as a share of how near its nearer end is. */
const NEARER_SHARE = 0.9;
/** How often the straight way is taken where it is clear, and how often one goes over where it is not: ways are to vary. */
const STRAIGHT = 0.75;
const OVER = 0.7;
/** Other things are passed at this distance from the finger's outline, metres, or gone over. */
const OBSTACLE_ROOM_M = 0.006;
/** Going over, the tip passes this far above the object, metres, or where other things are in the way above them all. */
const OVER_M = 0.012;
/** So much below that, the tip is high enough to set out, metres. */
const RISING_M = 0.012;
/** A tip within this of the workspace's floor is low enough to push, metres. */
const LOW_M = 0.01;
/** How often a push goes on from where the tip is, when that is possible: from behind, and this near to the object, metres. */
const GO_ON = 0.5;
const NEAR_M = 0.03;
/**
 * The finger leans back towards the arm's base, away from the camera: what its tip passes in front of is pushed by
 * the finger's middle. The tip aims up to this much nearer the camera, metres, except for pushes towards it.
 */
const LEAN_M = 0.015;
/** A push that goes on steers back onto its line by up to so many times the distance from it: what is pushed at one point turns away. */
const STEERING = 1.5;

/** Places nearer to each other than this are the same, metres. */
const SAME_M = 1e-6;

/** With several points, every so many-th proposal is for the first of them, the others take turns. */
const FIRST_OF = 2;

/**
 * `count` sequences of `horizon` actions from where the tip will be (metres) when the first of them starts. Same
 * random stream, same proposals.
 *
 * @param problems the most urgent first, which gets half of the proposals
 */
export function pushProposals(
  rig: Rig,
  tip: Vector3,
  problems: readonly PushProblem[],
  options: { count: number; horizon: number; random: Random },
): Float32Array[] {
  const { count, horizon, random } = options;
  const [first, ...others] = problems;
  return Array.from({ length: count }, (_, n) => {
    const turn = Math.floor(n / FIRST_OF) % Math.max(1, others.length);
    const problem = n % FIRST_OF === 0 || others.length === 0 ? first : others[turn];
    return followWaypoints(rig, tip, waypoints(rig, tip, problem, random), horizon);
  });
}

/**
 * How far from the designated point the finger is when it pushes it straight to its goal, metres; 0 for an object that
 * has to turn, which is pushed from many sides.
 */
export function pushDistance({ point, goal, footprint, turn }: PushProblem): number {
  if (turn !== null) return 0;
  const away = Math.max(SAME_M, distanceOnTable(goal, point));
  return reachBehind(footprint, [(goal[0] - point[0]) / away, (goal[1] - point[1]) / away]) + FINGER_M;
}

/** Points for the tip to visit: on through the object, or first to a place behind it. */
function waypoints(rig: Rig, tip: Vector3, problem: PushProblem, random: Random): Vector3[] {
  const line = lineOfPush(problem, random);
  const { contact, direction, distance, footprint } = line;
  const [dx, dy] = direction;
  const lean = random.uniform(0, LEAN_M) * Math.min(1, 1 + dy);
  const edge = reachBehind(footprint, direction) + FINGER_M;
  const away = distanceOnTable(tip, contact);
  const pace = random.uniform(...PACE);
  const isNear = away - edge < NEAR_M;
  if (isNear && isBehind(rig, tip, contact, direction) && random.next() < GO_ON) {
    const reach = Math.max(0, away - edge) + distance * random.uniform(...GOING_ON_SHARE);
    const side = (tip[0] - contact[0]) * dy - (tip[1] - contact[1] + lean) * dx;
    const steer = random.uniform(0, STEERING) * side;
    return pushInSteps(rig, [tip[0] - steer * dy, tip[1] + steer * dx, tip[2]], direction, reach, pace);
  }
  const gap = random.uniform(...ROOM_M);
  const back = edge + gap;
  const behind: Vector3 = [contact[0] - back * dx, contact[1] - back * dy - lean, rig.workspace.low[2]];
  const reach = gap + distance * random.uniform(...PUSHED_SHARE);
  const through = pushInSteps(rig, behind, direction, reach, pace);
  return [...wayTo(rig, tip, { behind, back }, problem, line, random), behind, ...through];
}

/**
 * Points to pass on the way of the tip to the place behind the object: none when the straight way is taken.
 *
 * @param back how far behind the line's contact that place is, metres
 */
function wayTo(
  rig: Rig,
  tip: Vector3,
  { behind, back }: { readonly behind: Vector3; readonly back: number },
  { obstacles, heightM }: PushProblem,
  { contact, direction: [dx, dy], footprint }: PushLine,
  random: Random,
): Vector3[] {
  const passes = (from: OnTable, to: OnTable): boolean =>
    obstacles.every((place) => distanceToWay(place, from, to) > FINGER_M + OBSTACLE_ROOM_M);
  const clear = farthest(footprint) + FINGER_M;
  const side = (random.next() < 0.5 ? -1 : 1) * (clear + random.uniform(...ASIDE_M));
  const asideX = contact[0] - side * dy - ASIDE_BEHIND_M * dx;
  const asideY = contact[1] + side * dx - ASIDE_BEHIND_M * dy;
  const aside: Vector3 = [asideX, asideY, rig.workspace.low[2]];
  // From beside the object to behind it the way cannot keep clear of it, but it need not come nearer either. From above
  // it has to: that way leads through the object.
  const nearestEnd = tip[2] > heightM ? back : Math.min(back, distanceOnTable(tip, contact));
  const isUnblocked = passes(tip, behind);
  const nearest = distanceToWay(contact, tip, behind);
  const isClear = nearest >= Math.min(clear, NEARER_SHARE * nearestEnd) && isUnblocked;
  switch (chooseApproach(isClear, passes(tip, aside) && passes(aside, behind), random)) {
    case 'straight':
      return [];
    case 'around':
      return [aside];
    case 'over': {
      // One step up takes as long as a part of it, and comes down in one: how high things are is not known that well. Over
      // a box of 4 cm that was taken for one of 2.6 the finger once went so low that it took the box along, off the table.
      const oneStepUp = rig.workspace.low[2] + rig.action.scale[2];
      const overIt = Math.max(oneStepUp, heightM + OVER_M);
      const height = isUnblocked ? overIt : Math.max(overIt, HIGHEST_OBJECT_M + OVER_M);
      return [...rise(rig, tip, height), [behind[0], behind[1], Math.max(tip[2], height)]];
    }
  }
}

/**
 * One step straight up, out of where things may be touching; the rest of the height is gained on the way. A tip that
 * is up already has nothing to gain: rising to another height in every step, it once stood still over the table.
 */
function rise(rig: Rig, [x, y, z]: Vector3, height: number): Vector3[] {
  const isUp = z > height - RISING_M;
  return isUp ? [] : [[x, y, Math.min(height, z + rig.action.scale[2])]];
}

/** Whether the tip is low, and behind the designated point as the push goes, so that it can just go on. */
function isBehind(
  rig: Rig,
  tip: Vector3,
  point: readonly [number, number],
  [dx, dy]: readonly [number, number],
): boolean {
  const [x, y] = [point[0] - tip[0], point[1] - tip[1]];
  const low = tip[2] < rig.workspace.low[2] + LOW_M;
  return low && x * dx + y * dy > 0 && Math.abs(x * dy - y * dx) < 2 * FINGER_M;
}

/** How far the object reaches behind the designated point, along the finger's way, metres. */
function reachBehind(footprint: PushProblem['footprint'], [dx, dy]: readonly [number, number]): number {
  const inTheWay = footprint.filter(([x, y]) => Math.abs(x * dy - y * dx) < IN_THE_WAY_M);
  if (inTheWay.length === 0) return USUAL_REACH_M;
  return Math.max(0, ...inTheWay.map(([x, y]) => -(x * dx + y * dy)));
}

function farthest(footprint: PushProblem['footprint']): number {
  if (footprint.length === 0) return USUAL_REACH_M;
  return Math.max(...footprint.map(([x, y]) => Math.hypot(x, y)));
}

/** Points along the push, one a control step. */
function pushInSteps(
  rig: Rig,
  from: Vector3,
  [dx, dy]: readonly [number, number],
  reachM: number,
  pace: number,
): Vector3[] {
  const strideM = pace * Math.min(rig.action.scale[0], rig.action.scale[1]);
  const count = Math.max(1, Math.ceil(reachM / strideM));
  return Array.from({ length: count }, (_, k) => {
    const along = Math.min(reachM, (k + 1) * strideM);
    return [from[0] + along * dx, from[1] + along * dy, from[2]];
  });
}

/** Straight where nothing is in the way, else over the object, or around it where nothing is in the way there. */
function chooseApproach(isStraightClear: boolean, isAroundClear: boolean, random: Random): Approach {
  const lot = random.next();
  if (isStraightClear) return lot < STRAIGHT ? 'straight' : 'over';
  return lot < OVER || !isAroundClear ? 'over' : 'around';
}

/**
 * The fastest actions that visit the points in turn, `horizon` x dims, in -1..1; it stands still at the last. A
 * point outside of the workspace counts as visited at the edge.
 */
export function followWaypoints(
  rig: Rig,
  start: Vector3,
  points: readonly Vector3[],
  horizon: number,
): Float32Array {
  const dims = rig.action.names.length;
  const actions = new Float32Array(horizon * dims);
  const { low, high } = rig.workspace;
  const reachable = points.map(
    (point) => point.map((p, d) => Math.max(low[d], Math.min(high[d], p))) as unknown as Vector3,
  );
  let at = start;
  let next = 0;
  for (let t = 0; t < horizon; t++) {
    const asked = towards(reachable[next], at, rig.action);
    const { target, sent } = applyAction(rig.action, rig.workspace, at, asked);
    actions.set(sent, t * dims);
    at = target;
    const isThere = apart(target, reachable[next]) < SAME_M;
    if (isThere && next < reachable.length - 1) next++;
  }
  return actions;
}
