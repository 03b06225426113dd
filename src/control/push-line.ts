/**
 * Along which line to push an object: towards the goal of a designated point, or so that it turns as it should, as far as
 * that can be told from how things slide.
 */
import { distanceOnTable, middleOf, turned } from '../spec/on-table.ts';
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
/** An object that has to turn is pushed by so much, metres. */
const TURN_PUSH_M = [0.01, 0.05] as const;
/** And so near to its ends at most, metres: nearer, the finger would slide off. */
const END_M = [0.003, 0.012] as const;
/** After so much turning, radians, it slides off all the same. */
const SLIDES_OFF_RAD = 0.8;
/** The best of so many lines is proposed: more would be all alike, and not all things slide as they should. */
const LINES = 24;
/** c² of `slide` as a share of the mean square distance from the middle: 8/9 for a disk. */
const C2_SHARE = 8 / 9;

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
  if (turn !== null && footprint.length > 0) return lineThatTurns(problem, turn, random);
  const angle = Math.atan2(goal[1] - point[1], goal[0] - point[0]) + ANGLE_STD_RAD * random.normal();
  const direction = [Math.cos(angle), Math.sin(angle)] as const;
  const distance = Math.hypot(goal[0] - point[0], goal[1] - point[1]);
  // Pushed through its middle an object does not turn, and all its points go the same way.
  const share = random.next();
  const towardsMiddle = footprint.length === 0 ? 0 : share * middleSide(footprint, direction);
  return { ...besideThePoint(problem, direction, towardsMiddle), direction, distance };
}

/** Of several lines across the object, the one after which the least is missing, as things slide. */
function lineThatTurns(problem: PushProblem, turn: Turn, random: Random): PushLine {
  const { point, footprint } = problem;
  const [middleX, middleY] = middleOf(footprint);
  const c2 = C2_SHARE * mean(footprint.map(([x, y]) => (x - middleX) ** 2 + (y - middleY) ** 2));
  const shift = shiftOfMiddle([point[0] + middleX, point[1] + middleY], turn);
  const leverM = distanceOnTable(point, turn.about);
  const lines = Array.from({ length: LINES }, () => {
    const angle = random.uniform(-Math.PI, Math.PI);
    const direction = [Math.cos(angle), Math.sin(angle)] as const;
    const sides = sidesOf(footprint, direction);
    const inset = random.uniform(...END_M);
    const side = random.uniform(Math.min(...sides) + inset, Math.max(...sides) - inset);
    const offset = side - mean(sides);
    const farthest = (SLIDES_OFF_RAD * (c2 + offset ** 2)) / Math.max(Math.abs(offset), 1e-6);
    const distance = Math.min(random.uniform(...TURN_PUSH_M), farthest);
    const { along, rad } = slide(distance, offset, c2);
    const off = Math.hypot(shift[0] - along * direction[0], shift[1] - along * direction[1]);
    const turnedOff = 2 * leverM * Math.sin((turn.rad - rad) / 2);
    return { side, direction, distance, missing: Math.hypot(off, turnedOff) };
  });
  const { side, direction, distance } = lines.reduce((a, b) => (b.missing < a.missing ? b : a));
  return { ...besideThePoint(problem, direction, side), direction, distance };
}

/**
 * How an object slides on the table whose place at `offset` metres to the left of its middle is pushed by `distance`
 * metres: how far its middle goes along, metres, and how far it turns to the left, radians. For forces that go along the
 * push (the ellipsoidal limit surface, Lynch and Mason 1996; Mason 1986 on the motion of pushed objects).
 *
 * @param c2 square of how far from the middle friction acts, square metres: for a disk that presses evenly, of two
 * thirds of its radius
 */
export function slide(distance: number, offset: number, c2: number): { along: number; rad: number } {
  const share = distance / (c2 + offset ** 2);
  return { along: c2 * share, rad: -offset * share };
}

/** How far the place `middle` of the object should go from where it is, metres. */
function shiftOfMiddle(
  middle: readonly [number, number],
  { rad, about, shift }: Turn,
): readonly [number, number] {
  const [x, y] = [middle[0] - about[0], middle[1] - about[1]];
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
