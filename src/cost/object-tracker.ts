/**
 * Follows one object: registers it in every frame against what it looked like in the first, and says where any
 * point of it is now. All points of a rigid object share one pose.
 */
import { rigidMotion, turned } from '../spec/on-table.ts';
import { project, unproject, type Projection } from '../spec/projection.ts';
import type { Pixel } from '../spec/pixel.ts';
import { Registration } from './registration.ts';
import type { Observation, TablePose, Template } from './template.ts';

/** A point of the object, in its own frame: metres from the first designated point, as it lay in the first frame. */
export type BodyPoint = readonly [number, number];

/** Where a model expects a point of the object. */
export interface Expectation {
  readonly point: BodyPoint;
  readonly pixel: Pixel;
}

/** Below this the registration is not believed. */
const TRUSTED = 0.35;
/** So many frames in a row without a trusted registration, and the object is lost. */
const LOST_AFTER = 4;
/** So much of the object in sight is all that confidence asks for. */
const ENOUGH_IN_SIGHT = 0.5;
/** With less of it in sight, nothing is known of where it stands. */
const LEAST_IN_SIGHT = 0.1;
/** An object has moved when another place explains a frame better by so much, 0..1. */
const MOVED = 0.2;

export class ObjectTracker {
  /** 0: not seen (the pose is a guess), to 1: seen whole and unchanged. */
  confidence = 1;
  pose: TablePose;
  /** For how many frames in a row no registration was believed; the pose is a guess then. */
  unseenFrames = 0;
  private readonly camera: Projection;
  private readonly template: Template;

  /** @param origin the designated pixel that the template was cut out around */
  constructor(camera: Projection, template: Template, origin: Pixel) {
    this.camera = camera;
    this.template = template;
    const [x, y] = unproject(camera, origin, template.heightM);
    this.pose = { x, y, thetaRad: 0 };
  }

  /** Nothing trustworthy was seen for several frames. */
  get lost(): boolean {
    return this.unseenFrames >= LOST_AFTER;
  }

  /** Where a point is now, on the table (metres) and in the picture. */
  locate(point: BodyPoint): { pose: TablePose; pixel: Pixel } {
    const { thetaRad } = this.pose;
    const [dx, dy] = turned(point, thetaRad);
    const [x, y] = [this.pose.x + dx, this.pose.y + dy];
    return { pose: { x, y, thetaRad }, pixel: project(this.camera, [x, y, this.template.heightM]) };
  }

  /** Points all over what the object covers of the table, metres from one of its points, as it lies now. */
  footprintAround(point: BodyPoint): BodyPoint[] {
    return this.template.footprint.map(([x, y]) => turned([x - point[0], y - point[1]], this.pose.thetaRad));
  }

  /** Whether a frame may show it where it lies: in sight there, and no other place explains the frame better. */
  mayStandStill(seen: Observation): boolean {
    const registration = new Registration(this.camera, seen, this.template);
    if (registration.evidence(this.pose).visibleFraction < LEAST_IN_SIGHT) return false;
    return registration.fits(this.pose) - registration.register([this.pose]).cost < MOVED;
  }

  /** Takes the next frame if it shows the object where it lies. */
  standStill(seen: Observation): boolean {
    return this.believe(new Registration(this.camera, seen, this.template), this.pose);
  }

  /** Takes the next frame. What a model expects is searched from, and believed when nothing is seen. */
  update(seen: Observation, expectations: readonly Expectation[]): void {
    const expected = [this.pose, ...this.expectedPose(expectations)];
    const registration = new Registration(this.camera, seen, this.template);
    const fit = registration.register(expected, this.unseenFrames);
    if (this.believe(registration, fit.pose)) {
      this.pose = fit.pose;
      return;
    }
    this.pose = expected[expected.length - 1];
    this.unseenFrames++;
  }

  /** Notes how sure it is that the object lies at a pose; whether that is enough. */
  private believe(registration: Registration, pose: TablePose): boolean {
    const { mismatch, visibleFraction } = registration.evidence(pose);
    this.confidence = (1 - mismatch) * Math.min(1, visibleFraction / ENOUGH_IN_SIGHT);
    if (this.confidence < TRUSTED) return false;
    this.unseenFrames = 0;
    return true;
  }

  /** The pose that brings the points nearest to where they are expected, in the sense of least squares. */
  private expectedPose(expectations: readonly Expectation[]): TablePose[] {
    if (expectations.length === 0) return [];
    const there = expectations.map(({ pixel }) => unproject(this.camera, pixel, this.template.heightM));
    const points = expectations.map(({ point }) => point);
    const { rad, from, to } = rigidMotion(points, there);
    const thetaRad = rad === null ? this.pose.thetaRad : nearestTurn(rad, this.pose.thetaRad);
    const [dx, dy] = turned(from, thetaRad);
    return [{ x: to[0] - dx, y: to[1] - dy, thetaRad }];
  }
}

/** The same heading, with the number of whole turns that brings it nearest to another. */
function nearestTurn(rad: number, to: number): number {
  return rad + 2 * Math.PI * Math.round((to - rad) / (2 * Math.PI));
}
