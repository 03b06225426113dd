/** Tasks that an arm sets itself: to bring something that it sees elsewhere, or to turn it. Pixels, and no truth. */
import { findThings, OBJECT_HEIGHT_M, type Thing } from '../play/things.ts';
import type { Observation } from '../play/policy.ts';
import type { Frame } from '../spec/frame.ts';
import { distanceOnTable, middleOf, turned } from '../spec/on-table.ts';
import { insideFrame, type Pixel } from '../spec/pixel.ts';
import { project, unproject } from '../spec/projection.ts';
import type { Random } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';
import type { PixelGoal, Task } from '../spec/task.ts';

/** How far away goals are, metres: the pushes that the arm will be asked for. */
const DISTANCE_M = [0.06, 0.16] as const;
/** Goals keep this far from the workspace's edge, metres: what is pushed too far can be pushed back. */
const EDGE_M = 0.02;
/** Tasks drawn before another thing is tried, and things tried. */
const TASKS = 20;
const THINGS = 4;
/** A task that is not done in so many control steps is given up for another. */
const PUSH_STEPS = 20;
const TURN_STEPS = 30;
/** Of what can be turned, every other one is. */
const TURN_CHANCE = 0.5;
/** By how much, radians, and how near both its ends have to come, metres. */
const TURN_RAD = [Math.PI / 4, (2 * Math.PI) / 3] as const;
const TURNED_M = 0.015;
/** What is not longer than this many times its width cannot be seen to turn. */
const LEAST_OBLONG = 1.25;
/** The two points lie so many standard deviations from the middle, well inside of a bar (whose ends are at 1.7), and this far apart at least, metres. */
const ENDS_AT = 1.2;
const LEAST_APART_M = 0.03;

type Place = readonly [number, number];

/** A task with something in sight; null when nothing in sight has one. */
export function drawTask(rig: Rig, random: Random, seen: Observation, plate: Frame): Task | null {
  const things = findThings(rig, seen, plate).filter(({ x, y }) => withinWorkspace(rig, [x, y], 0));
  for (let attempt = 0; attempt < THINGS && things.length > 0; attempt++) {
    const thing = random.choice(things);
    const ends = random.next() < TURN_CHANCE ? endsOf(rig, thing) : null;
    const designated = ends ? ends.map((end) => pixelOf(rig, end)) : [thing.centre];
    for (let draw = 0; draw < TASKS; draw++) {
      const places = ends ? turnedAbout(ends, random) : [placeAround(random, thing)];
      const wanted = places.map((place) => pixelOf(rig, place));
      const canBeReached = places.every(
        (place, i) => withinWorkspace(rig, place, EDGE_M) && insideFrame(wanted[i], rig.frame),
      );
      const near = ends ? { withinM: TURNED_M } : {};
      const goals = designated.map((pixel, i): PixelGoal => ({
        designated: pixel,
        goal: wanted[i],
        ...near,
      }));
      if (canBeReached) return { goals, maxSteps: ends ? TURN_STEPS : PUSH_STEPS };
    }
  }
  return null;
}

function pixelOf({ projection }: Rig, [x, y]: Place): Pixel {
  return project(projection, [x, y, OBJECT_HEIGHT_M]);
}

function placeAround(random: Random, { x, y }: Thing): Place {
  const direction = random.uniform(0, 2 * Math.PI);
  const distance = random.uniform(...DISTANCE_M);
  return [x + distance * Math.cos(direction), y + distance * Math.sin(direction)];
}

/** Two places near the ends of an oblong thing, by its moments; null where it is about round, or its ends are bent away. */
function endsOf({ frame, projection }: Rig, { pixels, radius }: Thing): readonly [Place, Place] | null {
  const covered = pixels.map((at): Place => {
    const pixel = { row: Math.floor(at / frame.width), col: at % frame.width };
    const [x, y] = unproject(projection, pixel, OBJECT_HEIGHT_M);
    return [x, y];
  });
  const [mx, my] = middleOf(covered);
  const mean = (of: (x: number, y: number) => number): number =>
    covered.reduce((sum, [x, y]) => sum + of(x - mx, y - my), 0) / covered.length;
  const [xx, yy, xy] = [mean((x) => x * x), mean((_, y) => y * y), mean((x, y) => x * y)];
  const spread = Math.hypot((xx - yy) / 2, xy);
  const [along, across] = [(xx + yy) / 2 + spread, (xx + yy) / 2 - spread].map((v) =>
    Math.sqrt(Math.max(0, v)),
  );
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const end = ENDS_AT * along;
  if (along < LEAST_OBLONG * across || 2 * end < LEAST_APART_M) return null;
  const [dx, dy] = turned([end, 0], angle);
  const ends = [[mx + dx, my + dy], [mx - dx, my - dy]] as const; // prettier-ignore
  const pixelM = radius * Math.sqrt(Math.PI / covered.length);
  const isOnIt = (at: Place): boolean => covered.some((place) => distanceOnTable(place, at) < pixelM);
  return ends.every(isOnIt) ? ends : null;
}

function turnedAbout(ends: readonly [Place, Place], random: Random): readonly Place[] {
  const [mx, my] = middleOf(ends);
  const rad = random.uniform(...TURN_RAD) * (random.next() < 0.5 ? -1 : 1);
  return ends.map(([x, y]) => {
    const [dx, dy] = turned([x - mx, y - my], rad);
    return [mx + dx, my + dy];
  });
}

function withinWorkspace({ workspace: { low, high } }: Rig, [x, y]: Place, marginM: number): boolean {
  return x >= low[0] + marginM && x <= high[0] - marginM && y >= low[1] + marginM && y <= high[1] - marginM;
}
