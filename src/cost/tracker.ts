/**
 * The designated-pixel trackers: between replans, where did the designated points go? They look at camera frames
 * only. The object under a designated pixel is cut out of the first frames and registered rigidly, on the table's
 * plane, in every later one (Ebert et al. 2018 found registration to decide success; theirs was a learned warp,
 * ours uses that pushed things move rigidly). Designated pixels on one object share its registration.
 */
import { armMask } from '../spec/arm-mask.ts';
import type { Frame } from '../spec/frame.ts';
import type { Vector3 } from '../spec/action.ts';
import { forwardKinematics, type ArmChain } from '../spec/kinematics.ts';
import type { Pixel } from '../spec/pixel.ts';
import { distanceOnTable, OBJECT_PLANE_M } from '../spec/on-table.ts';
import { rescaleProjection, unproject, type Projection } from '../spec/projection.ts';
import { foreground } from './foreground.ts';
import { coversPixel, type Observation, type TablePose } from './template.ts';
import { TrackedObject } from './tracked-object.ts';

/** Obstacles are looked for on every so many-th pixel. */
const OBSTACLE_PX = 3;
/** What stands this near to a tracked object is a part of it, metres: its sides are seen beyond its top. */
const OWN_M = 0.014;

/** What the camera and the joint sensors say at one moment. */
export interface TrackerInput {
  readonly frame: Frame;
  readonly jointsRad: readonly number[];
}

/** What a scene's trackers start from. */
export interface TrackingScene extends TrackerInput {
  /** Of the rig: where points appear in the frame, and the arm that may hide them. */
  readonly projection: Projection;
  readonly arm: ArmChain;
  /** The table without objects. */
  readonly plate: Frame;
}

export interface TrackerStart extends TrackingScene {
  /** The designated pixel in `frame`. */
  readonly designated: Pixel;
}

/** Where a designated point is now. */
export interface Track {
  /** In the recorded frame, subpixel. */
  readonly pixel: Pixel;
  /** 0: not seen (the pixel is a guess), to 1: seen whole and unchanged. */
  readonly confidence: number;
  readonly pose: TablePose;
  /** For how many frames in a row nothing trustworthy was seen: the pixel is a guess when it is not 0. */
  readonly unseenFrames: number;
  /** Nothing trustworthy was seen for several frames: whoever pushes should stop and look. */
  readonly lost: boolean;
}

/** Follows one designated pixel. */
export interface Tracker {
  /** The last answer; before the first update the designated pixel itself. */
  readonly track: Track;
  /** Points all over what the object covers of the table, metres from the designated point; none on the plain table. */
  footprint(): (readonly [number, number])[];
  /**
   * Takes the next frame.
   *
   * @param predicted where a model expects the designated pixel: searched from, and believed when nothing is seen
   */
  update(input: TrackerInput, predicted?: Pixel): Track;
}

/** Follows several designated pixels, each object once. */
export interface Trackers {
  /** The last answers, one a designated pixel; before the first update the designated pixels themselves. */
  readonly tracks: readonly Track[];
  /** Which of the tracked objects the `i`-th designated pixel is on, 0, 1, ...; -1 on the plain table. */
  objectOf(i: number): number;
  /** Height of the `i`-th designated point above the table, metres: of its object's top; half a usual object's when unknown. */
  heightOf(i: number): number;
  /** Of the `i`-th designated pixel: see `Tracker.footprint`. */
  footprint(i: number): (readonly [number, number])[];
  /**
   * Places of the table, metres, where the last frame shows other things than the `i`-th designated pixel's object; what
   * the arm hides is not among them.
   */
  obstacles(i: number): (readonly [number, number])[];
  /** Takes the next frame. @param predicted where a model expects the designated pixels, in their order */
  update(input: TrackerInput, predicted?: readonly Pixel[]): readonly Track[];
}

/** What one frame of a scene shows. */
export function observe(
  { arm, projection, plate }: Omit<TrackingScene, keyof TrackerInput>,
  { frame, jointsRad }: TrackerInput,
): Observation {
  const hidden = armMask(arm, projection, jointsRad, frame);
  return { frame, hidden, foreground: foreground(frame, plate, hidden) };
}

/** Starts to track one designated pixel of a first frame. */
export function startTracker({ designated, ...scene }: TrackerStart): Tracker {
  const trackers = startTrackers(scene, [designated]);
  return {
    get track() {
      return trackers.tracks[0];
    },
    footprint: () => trackers.footprint(0),
    update: (input, predicted) => trackers.update(input, predicted && [predicted])[0],
  };
}

/**
 * Starts to track the designated pixels of a first frame. A pixel on what the template of an earlier one covers
 * belongs to the same object. On the plain table a pixel stands still, with confidence 0.
 */
export function startTrackers(scene: TrackingScene, designated: readonly Pixel[]): Trackers {
  const camera = rescaleProjection(scene.projection, scene.frame);
  const first = observe(scene, scene);
  const tipOf = ({ jointsRad }: TrackerInput): Vector3 => forwardKinematics(scene.arm, jointsRad).tip;
  const objects: TrackedObject[] = [];
  const points = designated.map((pixel) => {
    const known = objects.find(({ template }) => coversPixel(template, pixel, scene.frame));
    const on = known ?? TrackedObject.at(camera, first, pixel, tipOf(scene));
    if (on !== null && known === undefined) objects.push(on);
    return { pixel, on };
  });
  const trackOf = ({ pixel, on }: (typeof points)[number]): Track => {
    if (on === null) return standingStill(camera, pixel);
    const { confidence, unseenFrames, lost } = on.tracker;
    return { ...on.tracker.locate(on.pointAt(pixel)), confidence, unseenFrames, lost };
  };
  let tracks = points.map(trackOf);
  let standing = placesOf(camera, first);

  return {
    get tracks() {
      return tracks;
    },
    objectOf(i) {
      const { on } = points[i];
      return on === null ? -1 : objects.indexOf(on);
    },
    heightOf: (i) => points[i].on?.template.heightM ?? OBJECT_PLANE_M,
    footprint(i) {
      const { on, pixel } = points[i];
      return on === null ? [] : on.tracker.footprintAround(on.pointAt(pixel));
    },
    obstacles(i) {
      const { on, pixel } = points[i];
      if (on === null) return standing;
      const point = on.pointAt(pixel);
      const { x, y } = on.tracker.locate(point).pose;
      const own = on.tracker.footprintAround(point).map(([dx, dy]) => [x + dx, y + dy] as const);
      return standing.filter((place) => own.every((part) => distanceOnTable(place, part) > OWN_M));
    },
    update(input, predicted) {
      const seen = observe(scene, input);
      standing = placesOf(camera, seen);
      for (const each of objects) {
        const expected = points.flatMap(({ on, pixel }, i) =>
          on === each && predicted !== undefined ? [{ designated: pixel, expected: predicted[i] }] : [],
        );
        each.update(seen, tipOf(input), expected);
      }
      tracks = points.map(trackOf);
      return tracks;
    },
  };
}

/** Where on the table something stands, metres: every few pixels of the foreground. */
function placesOf(
  camera: Projection,
  { foreground: { height, width, data } }: Observation,
): (readonly [number, number])[] {
  const places: (readonly [number, number])[] = [];
  for (let row = 0; row < height; row += OBSTACLE_PX) {
    for (let col = 0; col < width; col += OBSTACLE_PX) {
      if (data[row * width + col] <= 0.5) continue;
      const [x, y] = unproject(camera, { row, col }, OBJECT_PLANE_M);
      places.push([x, y]);
    }
  }
  return places;
}

function standingStill(camera: Projection, pixel: Pixel): Track {
  const [x, y] = unproject(camera, pixel, 0);
  return { pixel, confidence: 0, pose: { x, y, thetaRad: 0 }, unseenFrames: 0, lost: false };
}
