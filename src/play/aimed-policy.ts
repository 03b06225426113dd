/**
 * The default play policy: nine runs in ten aim at or through something that the camera sees standing on
 * the table, a third of those from a new side. Play that only wandered would seldom touch anything, and a network
 * learns nothing about objects from steps in which none moves.
 */
import type { Vector3 } from '../spec/action.ts';
import type { Frame } from '../spec/frame.ts';
import type { Random } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';
import type { PlayPolicy, PolicySetting } from './policy.ts';
import { lifted, pushingHeight, randomPoint, Runner } from './runs.ts';
import { findThings, type Thing } from './things.ts';

/** Share of runs that aim at something. */
const AIMED = 0.92;
/** Share of aimed runs that first go to a point beside the thing. */
const FROM_A_NEW_SIDE = 0.3;
/** Share of those that travel there over everything, not along the table. */
const LIFTED = 0.3;
/** Share of aimed runs that take the nearest thing: less of the play is spent on the way. */
const NEAREST = 0.7;
/** How far beside a thing's outline a push from a new side begins, metres. */
const CLEARANCE_M = 0.025;
/** Spread of the aim around a thing's middle, metres: off-centre pushes turn it. */
const AIM_STD_M = 0.015;
/** How far through the middle a push goes, metres. */
const FOLLOW_THROUGH_M = [0.05, 0.16] as const;

/** How often a push that would leave the workspace is drawn again. */
const ATTEMPTS = 8;

export function aimedPolicy({ rig, random }: PolicySetting): PlayPolicy {
  let plate: Frame | undefined;
  const runner = new Runner(rig, random);
  return {
    name: 'aimed',
    begin: (newPlate) => {
      plate = newPlate;
      runner.begin();
    },
    act: (observation) => {
      if (runner.isOver()) {
        const things = plate ? findThings(rig, observation, plate) : [];
        runner.start(drawRun(rig, random, things, observation.target));
      }
      return runner.act(observation.target);
    },
  };
}

/** Waypoints of the next run, metres: most often at one of `things`, where there are any. */
export function drawRun(rig: Rig, random: Random, things: readonly Thing[], from: Vector3): Vector3[] {
  if (things.length === 0 || random.next() >= AIMED) {
    const to = randomPoint(rig, random);
    return random.next() < 0.15 ? lifted(rig, from, to) : [to];
  }
  // A push that the workspace would cut short moves little: rather another one, from a side that leads inwards.
  let run = aimedRun(rig, random, things, from, random.next() < FROM_A_NEW_SIDE);
  for (let attempt = 0; attempt < ATTEMPTS && !insideWorkspace(rig, run[run.length - 1]); attempt++) {
    run = aimedRun(rig, random, things, from, true);
  }
  return run;
}

/** Waypoints of a push at or through one of `things`, perhaps from a new side. */
function aimedRun(
  rig: Rig,
  random: Random,
  things: readonly Thing[],
  from: Vector3,
  fromNewSide: boolean,
): Vector3[] {
  const thing = random.next() < NEAREST ? nearest(things, from) : random.choice(things);
  const height = pushingHeight(rig, random);
  const approach: Vector3[] = [];
  let start = from;
  if (fromNewSide) {
    start = pointBeside(rig, random, thing, height);
    approach.push(...(random.next() < LIFTED ? lifted(rig, from, start) : [start]));
  }
  const aim = [thing.x + AIM_STD_M * random.normal(), thing.y + AIM_STD_M * random.normal()];
  const distance = Math.hypot(aim[0] - start[0], aim[1] - start[1]) + 1e-6;
  const through = random.uniform(...FOLLOW_THROUGH_M) / distance;
  const end: Vector3 = [
    aim[0] + (aim[0] - start[0]) * through,
    aim[1] + (aim[1] - start[1]) * through,
    height,
  ];
  // A push that starts high would pass over: come down first.
  if (approach.length === 0 && from[2] > height + rig.action.scale[2])
    approach.push([from[0], from[1], height]);
  return [...approach, end];
}

function insideWorkspace({ workspace: { low, high } }: Rig, [x, y]: Vector3): boolean {
  return x >= low[0] && x <= high[0] && y >= low[1] && y <= high[1];
}

function nearest(things: readonly Thing[], from: Vector3): Thing {
  const distance = (thing: Thing): number => Math.hypot(thing.x - from[0], thing.y - from[1]);
  return things.reduce((best, thing) => (distance(thing) < distance(best) ? thing : best));
}

/** A point at some side of a thing, inside the workspace where one of a few attempts is. */
function pointBeside(rig: Rig, random: Random, thing: Thing, height: number): Vector3 {
  const away = thing.radius + CLEARANCE_M;
  let [x, y] = [thing.x, thing.y];
  for (let attempt = 0; attempt < 8; attempt++) {
    const angle = random.uniform(0, 2 * Math.PI);
    [x, y] = [thing.x + away * Math.cos(angle), thing.y + away * Math.sin(angle)];
    if (insideWorkspace(rig, [x, y, height])) break;
  }
  return [x, y, height];
}
