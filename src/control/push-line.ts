/**
 * Along which line to push an object: towards the goal of a designated point, or past its middle, so that it turns.
 */
import { middleOf, turned } from '../spec/on-table.ts';
import type { Random } from '../spec/random.ts';

/** How an object should come to lie. */
export interface Turn {
  /** By how much it should turn, counter-clockwise seen from above, radians, about which place of it, metres. */
  readonly rad: number;
  readonly about: readonly [number, number];
  /** Where that place should go from where it is, metres. */
  readonly shift: readonly [number, number];
}

/** A designated point that is not yet where it should be. */
export interface PushProblem {
  /** The designated point and its goal on the table, metres. */
  readonly point: readonly [number, number];
  readonly goal: readonly [number, number];
  /** Points all over what the object covers, metres from the designated point; empty when that is not known. */
  readonly footprint: readonly (readonly [number, number])[];
  /** How high the object is, metres. */
  readonly heightM: number;
  /** How the whole object should come to lie, where that is asked for; null where a single point counts. */
  readonly turn: Turn | null;
  /** Places where other things stand, metres. */
  readonly obstacles: readonly (readonly [number, number])[];
}

/** Spread of the push's direction about the straight one, radians. */
const ANGLE_STD_RAD = 0.35;
/** An object that has to turn is pushed so near to its ends, metres: nearer, the finger would slide off. */
const END_M = [0.003, 0.012] as const;
/** With so much to turn, radians, every other push is one to turn it; with less, fewer. */
const MUCH_TURN_RAD = 0.5;
/** Such a push goes about so far, metres. */
const TURN_PUSH_M = 0.03;
/** When its middle should go farther than this, metres, it is pushed about that way, else any way. */
const SHIFT_M = 0.01;
const SHIFT_STD_RAD = 0.8;
/** So many of the other pushes of an object that has to turn are to shift and to turn it at once, if it is to be shifted by so much at all, metres. */
const AT_ONCE = 0.6;
const LEAST_SHIFT_M = 0.004;
/** c² as a share of the mean square distance from the middle: 8/9 for a disk. */
const C2_SHARE = 8 / 9;
/** Spread of where these push, metres: how an object stands on the table is not known. */
const SIDE_STD_M = 0.006;

/** The line of a push. */
export interface PushLine {
  /** A place that it goes through, metres. */
  readonly contact: readonly [number, number];
  /** Of unit length. */
  readonly direction: readonly [number, number];
  /** How far the object should go, about, metres. */
  readonly distance: number;
  /** What the object covers, metres from `contact`. */
  readonly footprint: PushProblem['footprint'];
}

/** A line towards the goal, or one that turns the object. */
export function lineOfPush(problem: PushProblem, random: Random): PushLine {
  const { point, goal, footprint, turn } = problem;
  const turns = turn !== null && footprint.length > 0;
  if (turns) {
    if (random.next() < 0.5 * Math.min(1, Math.abs(turn.rad) / MUCH_TURN_RAD)) {
      return lineThatTurns(problem, turn, random);
    }
    const shift = shiftOfMiddle(problem, turn);
    if (Math.hypot(...shift) > LEAST_SHIFT_M && random.next() < AT_ONCE) {
      return lineForBoth(problem, turn.rad, shift, random);
    }
  }
  const angle = Math.atan2(goal[1] - point[1], goal[0] - point[0]) + ANGLE_STD_RAD * random.normal();
  const direction = [Math.cos(angle), Math.sin(angle)] as const;
  const distance = Math.hypot(goal[0] - point[0], goal[1] - point[1]);
  // Pushed through its middle an object does not turn, and all its points go the same way.
  const share = random.next();
  const towardsMiddle = turns || footprint.length === 0 ? 0 : share * middleSide(footprint, direction);
  return { ...besideThePoint(problem, direction, towardsMiddle), direction, distance };
}

/**
 * A line past the middle of the object, near to one of its ends, on the side that turns it the right way. The nearer
 * to the end, the more it turns and the less it goes along (Mason 1986, on the motion of pushed objects).
 */
function lineThatTurns(problem: PushProblem, { rad, shift }: Turn, random: Random): PushLine {
  const isShifted = Math.hypot(shift[0], shift[1]) > SHIFT_M;
  const anyWay = random.uniform(-Math.PI, Math.PI);
  const itsWay = Math.atan2(shift[1], shift[0]) + SHIFT_STD_RAD * random.normal();
  const angle = isShifted ? itsWay : anyWay;
  const direction = [Math.cos(angle), Math.sin(angle)] as const;
  const sides = sidesOf(problem.footprint, direction);
  const inset = random.uniform(...END_M);
  // What is pushed on its right turns to the left.
  const end = rad > 0 ? Math.min(...sides) + inset : Math.max(...sides) - inset;
  return { ...besideThePoint(problem, direction, end), direction, distance: TURN_PUSH_M };
}

/**
 * A line along which a push shifts and turns the object at once, both by what is missing. Pushed at `offset` beside its
 * middle with a force along the line, an object goes along and turns by offset / c² radians a metre, where c is how far
 * from the middle friction with the table acts (the ellipsoidal limit surface, Lynch and Mason 1996): for a disk that
 * presses evenly two thirds of its radius.
 */
function lineForBoth(
  problem: PushProblem,
  rad: number,
  shift: readonly [number, number],
  random: Random,
): PushLine {
  const { footprint } = problem;
  const [middleX, middleY] = middleOf(footprint);
  const c2 = C2_SHARE * mean(footprint.map(([x, y]) => (x - middleX) ** 2 + (y - middleY) ** 2));
  const length = Math.hypot(...shift);
  const angle = Math.atan2(shift[1], shift[0]) + ANGLE_STD_RAD * random.normal();
  const direction = [Math.cos(angle), Math.sin(angle)] as const;
  const sides = sidesOf(footprint, direction);
  const inset = random.uniform(...END_M);
  // What is pushed on its right turns to the left.
  const wanted = mean(sides) - (c2 * rad) / length + SIDE_STD_M * random.normal();
  const side = Math.max(Math.min(...sides) + inset, Math.min(Math.max(...sides) - inset, wanted));
  // The place that is pushed goes farther than the middle: it goes round it as well.
  const distance = length * (1 + (side - mean(sides)) ** 2 / c2);
  return { ...besideThePoint(problem, direction, side), direction, distance };
}

/** Where the middle of what the object covers should go from where it is, metres. */
function shiftOfMiddle(
  { point, footprint }: PushProblem,
  { rad, about, shift }: Turn,
): readonly [number, number] {
  const middle = middleOf(footprint);
  const [x, y] = [point[0] + middle[0] - about[0], point[1] + middle[1] - about[1]];
  const [dx, dy] = turned([x, y], rad);
  return [shift[0] + dx - x, shift[1] + dy - y];
}

/** How far to the left of a line through the designated point places of the footprint lie, metres. */
function sidesOf(footprint: PushProblem['footprint'], [dx, dy]: readonly [number, number]): number[] {
  return footprint.map(([x, y]) => y * dx - x * dy);
}

function middleSide(footprint: PushProblem['footprint'], direction: readonly [number, number]): number {
  return mean(sidesOf(footprint, direction));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function besideThePoint(
  { point, footprint }: PushProblem,
  [dx, dy]: readonly [number, number],
  side: number,
): Pick<PushLine, 'contact' | 'footprint'> {
  const [ox, oy] = [-dy * side, dx * side];
  return {
    contact: [point[0] + ox, point[1] + oy],
    footprint: footprint.map(([x, y]) => [x - ox, y - oy]),
  };
}
