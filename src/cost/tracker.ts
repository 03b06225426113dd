/**
 * The designated-pixel tracker: between replans, where did the designated point go? It looks at camera frames
 * only. The object under the designated pixel is cut out of the first frame and registered rigidly, on the
 * table's plane, in every later one (Ebert et al. 2018 found registration to decide success; theirs was a
 * learned warp, ours uses that pushed things move rigidly).
 */
import { armMask } from '../spec/arm-mask.ts';
import type { Frame } from '../spec/frame.ts';
import type { ArmChain } from '../spec/kinematics.ts';
import type { Pixel } from '../spec/pixel.ts';
import { project, rescaleProjection, unproject, type Projection } from '../spec/projection.ts';
import { foreground } from './foreground.ts';
import { Registration } from './registration.ts';
import { extractTemplate, type Observation, type TablePose } from './template.ts';

/** What the camera and the joint sensors say at one moment. */
export interface TrackerInput {
  readonly frame: Frame;
  readonly jointsRad: readonly number[];
}

export interface TrackerStart extends TrackerInput {
  /** Of the rig: where points appear in the frame, and the arm that may hide them. */
  readonly projection: Projection;
  readonly arm: ArmChain;
  /** The table without objects. */
  readonly plate: Frame;
  /** The designated pixel in `frame`. */
  readonly designated: Pixel;
}

/** Where the designated point is now. */
export interface Track {
  /** In the recorded frame, subpixel. */
  readonly pixel: Pixel;
  /** 0: not seen (the pixel is a guess), to 1: seen whole and unchanged. */
  readonly confidence: number;
  readonly pose: TablePose;
  /** How much of the object the arm leaves in sight, 0..1. */
  readonly visibleFraction: number;
  /** Nothing trustworthy was seen for several frames: whoever pushes should stop and look. */
  readonly lost: boolean;
}

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

/** Below this the registration is not believed. */
const TRUSTED = 0.35;
/** So many frames in a row without a trusted registration, and the object is lost. */
const LOST_AFTER = 4;

/** Starts to track the designated pixel of a first frame. On the plain table it stands still, with confidence 0. */
export function startTracker(start: TrackerStart): Tracker {
  const camera = rescaleProjection(start.projection, start.frame);
  const observe = ({ frame, jointsRad }: TrackerInput): Observation => {
    const hidden = armMask(start.arm, start.projection, jointsRad, frame);
    return { frame, hidden, foreground: foreground(frame, start.plate, hidden) };
  };
  const template = extractTemplate(camera, observe(start), start.designated);
  const heightM = template?.heightM ?? 0;
  const [x, y] = unproject(camera, start.designated, heightM);
  const seenAtStart = template === null ? 0 : 1;
  let track: Track = {
    pixel: start.designated,
    confidence: seenAtStart,
    pose: { x, y, thetaRad: 0 },
    visibleFraction: seenAtStart,
    lost: false,
  };
  if (template === null) return { track, footprint: () => [], update: () => track };
  let unseen = 0;

  /** The last pose, and the same moved to where the model expects the designated point. */
  function expectedPoses(predicted: Pixel | undefined): TablePose[] {
    if (predicted === undefined) return [track.pose];
    const [px, py] = unproject(camera, predicted, heightM);
    return [track.pose, { ...track.pose, x: px, y: py }];
  }

  return {
    get track() {
      return track;
    },
    footprint() {
      const [c, s] = [Math.cos(track.pose.thetaRad), Math.sin(track.pose.thetaRad)];
      return template.footprint.map(([px, py]) => [c * px - s * py, s * px + c * py] as const);
    },
    update(input, predicted) {
      const registration = new Registration(camera, observe(input), template);
      const expected = expectedPoses(predicted);
      const fit = registration.register(expected, unseen);
      const { mismatch, visibleFraction } = registration.evidence(fit.pose);
      const confidence = (1 - mismatch) * Math.min(1, visibleFraction / 0.5);

      const trusted = confidence >= TRUSTED;
      unseen = trusted ? 0 : unseen + 1;
      const pose = trusted ? fit.pose : expected[expected.length - 1];
      const pixel = project(camera, [pose.x, pose.y, heightM]);
      track = { pixel, confidence, pose, visibleFraction, lost: unseen >= LOST_AFTER };
      return track;
    },
  };
}
