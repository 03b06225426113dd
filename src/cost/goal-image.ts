/**
 * From a picture of the wanted table to pixels and where they should go: every object of the present frame is looked
 * for in the goal image, by the same registration that tracks it later (Ebert et al. 2018 register the goal image
 * too, by a learned warp). What lies where it should needs no goal of its own, unless nothing else has one.
 */
import { ForesightError } from '../spec/errors.ts';
import { sameSize, type Frame, type FrameSize } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import { project, rescaleProjection, unproject, type Projection } from '../spec/projection.ts';
import { NEAR_ENOUGH_M, type GoalImage, type PixelGoal } from '../spec/task.ts';
import { standingThings } from './foreground.ts';
import type { Fit } from './pose-search.ts';
import { Registration } from './registration.ts';
import { extractTemplate, type Observation, type TablePose, type Template } from './template.ts';
import { observe, type TrackingScene } from './tracker.ts';

/** Things smaller than this are noise, pixels. */
const MIN_PIXELS = 25;
/** Headings from which the object is looked for in the goal image; each search covers 35 degrees to either side. */
const HEADINGS_RAD = [0, 1, -1, 2, -2, 3].map((k) => (k * Math.PI) / 3);
/** A fit as bad as this shows another object. */
const WORST_COST = 0.5;
/** An object is believed to have stayed unless another place explains the goal image better by this. */
const STAYING_BONUS = 0.03;
/** What is to move by less than this is where it should be, metres. */
const STAYS_WITHIN_M = 0.015;
/** An object that is to be turned by more than this gets two more designated pixels, on its long axis. */
const TURN_RAD = 0.35;
/** How far those two are from the object's middle, and how near to their goals is near enough, metres: where it lies counts more. */
const ARM_M = 0.025;
const ARM_WITHIN_M = 0.035;

/** One object of the present frame, and where the goal image shows it. */
interface Match {
  readonly template: Template;
  readonly now: TablePose;
  readonly wanted: TablePose;
}

/**
 * Goals for the objects that the goal image shows elsewhere: of each its middle, and two points of its long axis where it
 * is to be turned as well. Throws a ForesightError when the goal image is not of the frame's size, and when no object of
 * the present frame is found in it.
 */
export function goalsFromImage(start: TrackingScene, goalImage: GoalImage): PixelGoal[] {
  const { frame } = start;
  if (!sameSize(goalImage.frame, frame)) {
    throw new ForesightError(
      `goal image: expected ${describe(frame)} pixels as the camera records, got ${describe(goalImage.frame)}`,
      { next: 'take it with the camera that the arm will be watched with' },
    );
  }
  const camera = rescaleProjection(start.projection, frame);
  const present = observe(start, start);
  const wanted = observe(start, goalImage);
  const places = standingThings(wanted.foreground, MIN_PIXELS).map((pixels) => middle(pixels, frame));
  const matches = standingThings(present.foreground, MIN_PIXELS).flatMap((pixels) =>
    matchObject(camera, present, wanted, middle(pixels, frame), places),
  );
  if (matches.length === 0) {
    throw new ForesightError('goal image: none of the objects on the table is to be seen in it', {
      next: 'take the picture of the same objects, on the same table, in the same light',
    });
  }
  const moved = matches.filter(
    ({ now, wanted: to }) => Math.hypot(to.x - now.x, to.y - now.y) > STAYS_WITHIN_M,
  );
  return (moved.length > 0 ? moved : matches).flatMap((match) => goalsOf(camera, match));
}

/** Looks for one object in the goal image; nothing when it is not there. */
function matchObject(
  camera: Projection,
  present: Observation,
  wanted: Observation,
  at: Pixel,
  places: readonly Pixel[],
): Match[] {
  const template = extractTemplate(camera, present, at);
  if (template === null) return [];
  const onTop = (pixel: Pixel): readonly [number, number] => {
    const [x, y] = unproject(camera, pixel, template.heightM);
    return [x, y];
  };
  const [x, y] = onTop(at);
  const now: TablePose = { x, y, thetaRad: 0 };
  const registration = new Registration(camera, wanted, template);
  let best: Fit = registration.register([now]);
  best = { ...best, cost: best.cost - STAYING_BONUS };
  for (const place of places) {
    const [px, py] = onTop(place);
    for (const thetaRad of HEADINGS_RAD) {
      const fit = registration.register([{ x: px, y: py, thetaRad }]);
      if (fit.cost < best.cost) best = fit;
    }
  }
  return best.cost < WORST_COST ? [{ template, now, wanted: best.pose }] : [];
}

/** The designated pixels of one object and their goals. */
function goalsOf(camera: Projection, { template, now, wanted }: Match): PixelGoal[] {
  const turnRad = Math.atan2(Math.sin(wanted.thetaRad), Math.cos(wanted.thetaRad));
  const centre = { x: 0, y: 0, withinM: NEAR_ENOUGH_M };
  const points = Math.abs(turnRad) > TURN_RAD ? [centre, ...longAxis(template)] : [centre];
  const [c, s] = [Math.cos(turnRad), Math.sin(turnRad)];
  return points.map(({ x, y, withinM }) => ({
    designated: project(camera, [now.x + x, now.y + y, template.heightM]),
    goal: project(camera, [wanted.x + c * x - s * y, wanted.y + s * x + c * y, template.heightM]),
    withinM,
  }));
}

/** Two points of the top on its long axis, to either side of the middle, metres. */
function longAxis({ x, y, objectPoints }: Template): { x: number; y: number; withinM: number }[] {
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < objectPoints; i++) {
    xx += x[i] * x[i];
    xy += x[i] * y[i];
    yy += y[i] * y[i];
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const [dx, dy] = [ARM_M * Math.cos(angle), ARM_M * Math.sin(angle)];
  return [
    { x: dx, y: dy, withinM: ARM_WITHIN_M },
    { x: -dx, y: -dy, withinM: ARM_WITHIN_M },
  ];
}

/** The pixel among `pixels` that is nearest to the middle of them all: it is one of the object's. */
function middle(pixels: readonly number[], { width }: FrameSize): Pixel {
  const all = pixels.map((i) => ({ row: Math.floor(i / width), col: i % width }));
  const row = all.reduce((sum, pixel) => sum + pixel.row, 0) / all.length;
  const col = all.reduce((sum, pixel) => sum + pixel.col, 0) / all.length;
  const away = (pixel: Pixel): number => Math.hypot(pixel.row - row, pixel.col - col);
  return all.reduce((a, b) => (away(b) < away(a) ? b : a));
}

function describe({ height, width }: Frame): string {
  return `${width}x${height}`;
}
