/**
 * Visual foresight: track the designated pixels, predict what candidate actions would do to them, and let the
 * planner choose (Finn & Levine 2017, Ebert et al. 2018).
 */
import type { Value, Values } from '../compute/compute.ts';
import { goalsFromImage } from '../cost/goal-image.ts';
import { wantedPicture, type WantedPicture } from '../cost/picture-cost.ts';
import { startTrackers, type Track, type Trackers } from '../cost/tracker.ts';
import type { Predictor } from '../model/predictor.ts';
import { armMaskValue, cameraValue, frameValue } from '../model/context-values.ts';
import type { Plan, Planner } from '../planner/planner.ts';
import { ensure } from '../spec/errors.ts';
import type { Frame } from '../spec/frame.ts';
import { distanceOnTable } from '../spec/on-table.ts';
import type { Pixel } from '../spec/pixel.ts';
import { seededRandom, type Random } from '../spec/random.ts';
import { applyAction } from '../spec/action.ts';
import type { Rig } from '../spec/rig.ts';
import { NEAR_ENOUGH_M, type GoalImage, type PixelGoal } from '../spec/task.ts';
import { pushProblems } from './aims.ts';
import { choosePlan, mayStop } from './choose-plan.ts';
import type { Controller, Decision, Observation } from './controller.ts';
import { FORESIGHT_DEFAULTS, type ForesightConfig } from './foresight-config.ts';
import type { CycleTimer } from './cycle-timer.ts';
import { Drifts } from './drift.ts';
import { createLookout, type Lookout } from './lookout.ts';
import { meanCosts } from './opinions.ts';
import { placesOf } from './places.ts';
import { painted } from './predictions.ts';
import { pushProposals } from './proposals.ts';
import { openGoals, openValues, together, type OpenGoal, type Standing } from './open-goals.ts';
import { outOfReach } from './reach.ts';
import { surpriseAfter } from './surprise.ts';
import type { Observed, RolloutSource } from './rollouts.ts';

/** Scales a recorded frame to the size the model sees; passed in, since only the camera room scales pictures. */
export type Rescale = (frame: Frame, size: { height: number; width: number }) => Promise<Frame>;

/** What a controller is made of. */
export interface ForesightParts {
  /** Sizes of the frames that the predictor sees, and of its distributions. */
  readonly sizes: Pick<Predictor, 'frame' | 'distribution'>;
  readonly rollouts: RolloutSource;
  readonly planner: Planner;
  readonly rescale: Rescale;
  /** Where tracks come from; registration when not given. */
  readonly startTrackers?: typeof startTrackers;
}

/** What one task needs from step to step. */
interface Session {
  readonly goals: readonly PixelGoal[];
  readonly plate: Value;
  /** Set where plans are judged by pictures. */
  readonly picture: WantedPicture | undefined;
  /** One a goal. */
  readonly trackers: Trackers;
  /** See `Goals`. */
  readonly outOfReach: Value;
  readonly lookout: Lookout;
  readonly random: Random;
  /** Where the model expects each designated pixel in the next frame, recorded frame's pixels. */
  expected: readonly Pixel[];
  /** What the model believes is behind the arm. */
  behind: Value;
  /** See `surpriseAfter`. */
  surprisePx: number;
  readonly drifts: Drifts;
  previous: Plan | undefined;
}

export function foresightController(
  rig: Rig,
  parts: ForesightParts,
  config: ForesightConfig = FORESIGHT_DEFAULTS,
): Controller {
  const { sizes, rollouts, planner, rescale } = parts;
  const begin = parts.startTrackers ?? startTrackers;
  const size = sizes.frame;
  const camera = cameraValue(rig, size);
  const places = placesOf(rig, size);
  const { onTable, pixelOf, forModel, recorded } = places;
  const painter = rollouts.paint?.bind(rollouts);
  let session: Session | null = null;

  return {
    name: 'foresight',

    async begin({ plate, frame, arm, task, seed }) {
      const scene = { projection: rig.projection, arm: rig.arm, plate, frame, jointsRad: arm.jointsRad };
      const empty = frameValue(await rescale(plate, size));
      const goals = task.goalImage ? goalsFromImage(scene, task.goalImage) : task.goals;
      const designated = goals.map((goal) => goal.designated);
      const trackers = begin(scene, designated);
      const heights = goals.map((_, i) => trackers.heightOf(i));
      session = {
        goals,
        outOfReach: outOfReach(rig, sizes, heights),
        plate: empty,
        picture:
          task.goalImage && config.goalCost === 'picture' ? await wanted(task.goalImage, empty) : undefined,
        behind: empty,
        trackers,
        lookout: createLookout(rig),
        random: seededRandom(seed),
        expected: designated,
        surprisePx: 0,
        drifts: new Drifts(trackers, places),
        previous: undefined,
      };
    },

    async decide(observation, timer): Promise<Decision> {
      ensure(session !== null, 'the controller was asked before it was told its task');
      const now = session;
      const tracks = await timer.section('track', () => track(now, observation));
      const tracked = tracks.map(({ pixel, confidence }, i) => ({
        pixel,
        confidence,
        goal: now.goals[i].goal,
      }));
      const pixels = tracks.map(({ pixel }) => pixel);
      if (now.previous) now.surprisePx = surpriseAfter(now.surprisePx, now.expected, tracks);
      now.drifts.see(tracks, now.expected);
      const look = now.lookout.next(tracks, observation);
      if (look !== null) {
        now.previous = undefined;
        now.expected = pixels;
        return { ...look, done: false, thought: { tracked } };
      }
      const still = rig.action.names.map(() => 0);
      const open = openGoals(standings(now, pixels), config.doneShare);
      if (open.length === 0) {
        now.previous = undefined;
        return { action: still, done: true, thought: { tracked } };
      }
      const values = await observationValues(now, observation, pixels);
      const observed = await timer.section('encode', () => rollouts.observe(values));
      now.expected = pixels.map((_, i) => recorded(observed.expected, i));
      now.behind = observed.belief;
      const inMirror = rollouts.observeInMirror?.bind(rollouts, values);
      const seen = { observed, inMirror };
      const plan = await timer.section('plan', () => search(now, observation, seen, open, timer));
      if (mayStop(open[0].need, config) && plan.actions.every((a) => a === 0)) {
        now.previous = undefined;
        return { action: still, done: true, thought: { tracked } };
      }
      now.previous = plan;
      const { cost, iterations } = plan;
      return {
        action: [...plan.actions.subarray(0, still.length)],
        done: false,
        thought: {
          tracked,
          cost,
          iterations,
          plan: plan.actions,
          ...(painter ? painted(plan, (actions) => painter(observed, actions), size) : {}),
        },
      };
    },
  };

  function track(now: Session, { frame, arm }: Observation): readonly Track[] {
    return now.trackers.update({ frame, jointsRad: arm.jointsRad }, now.expected);
  }

  async function observationValues(
    now: Session,
    seen: Observation,
    pixels: readonly Pixel[],
  ): Promise<Values> {
    return {
      frame: frameValue(await rescale(seen.frame, size)),
      armMask: armMaskValue(rig, seen.arm.jointsRad, size),
      plate: now.plate,
      behind: now.behind,
      tip: { shape: [1, 3], data: Float32Array.from(seen.arm.tip) },
      camera,
      designated: forModel(pixels),
      inFlight: { shape: [1, seen.inFlight.length], data: Float32Array.from(seen.inFlight) },
    };
  }

  async function wanted({ frame, jointsRad }: GoalImage, plate: Value): Promise<WantedPicture> {
    return wantedPicture(frameValue(await rescale(frame, size)), plate, armMaskValue(rig, jointsRad, size));
  }

  /** How things stand with each designated point, when they are at `pixels`. */
  function standings({ goals, trackers }: Session, pixels: readonly Pixel[]): Standing[] {
    return goals.map(({ goal, withinM = NEAR_ENOUGH_M }, i) => {
      const heightM = trackers.heightOf(i);
      const distanceM = distanceOnTable(onTable(pixels[i], heightM), onTable(goal, heightM));
      return { distanceM, withinM, object: trackers.objectOf(i) };
    });
  }

  async function search(
    now: Session,
    seen: Observation,
    { observed, inMirror }: { observed: Observed; inMirror: (() => Promise<Observed>) | undefined },
    open: readonly OpenGoal[],
    timer: CycleTimer,
  ): Promise<Plan> {
    const { target } = applyAction(rig.action, rig.workspace, seen.target, seen.inFlight);
    const points = now.goals.map(({ goal }, i) => {
      const heightM = now.trackers.heightOf(i);
      const [point, wanted] = [onTable(now.expected[i], heightM), onTable(goal, heightM)];
      return { heightM, point, goal: now.drifts.aimOff(i, point, wanted) };
    });
    const aims = open.map(({ number }) => ({
      number,
      ...points[number],
      object: now.trackers.objectOf(number),
    }));
    const problems = pushProblems(aims, now.trackers);
    const goals = {
      pixels: forModel(points.map(({ goal, heightM }) => pixelOf(goal, heightM))),
      ...openValues(now.goals.length, open, problems),
      together: together(now.goals.map((_, i) => now.trackers.objectOf(i))),
      outOfReach: now.outOfReach,
      ...(now.picture ? { picture: now.picture } : {}),
    };
    const { horizon, turnSearches } = config;
    const turns = problems.some(({ turn }) => turn !== null);
    const opinions = turns && inMirror ? [observed, await inMirror()] : [observed];
    return choosePlan(
      planner,
      {
        costs: meanCosts(rollouts, opinions, goals),
        actionDims: rig.action.names.length,
        propose: (count) => pushProposals(rig, target, problems, { count, horizon, random: now.random }),
        searches: turns ? turnSearches : 1,
        previous: now.previous,
        need: open[0].need,
        surprisePx: now.surprisePx,
        random: now.random,
        hasTimeFor: (ms) => timer.hasTimeFor(ms),
      },
      config,
    );
  }
}
