/**
 * One object of a scene and what it looks like. The first frame may show little of it: the arm hides a part, or its shadow
 * lies on it. So as long as nothing has come near, it lies where it lay, however it looks, and every frame that shows it
 * better takes the place of the first.
 */
import type { Vector3 } from '../spec/action.ts';
import { distanceToWay } from '../spec/on-table.ts';
import type { Pixel } from '../spec/pixel.ts';
import { unproject, type Projection } from '../spec/projection.ts';
import { ObjectTracker, type BodyPoint, type Expectation } from './object-tracker.ts';
import { extractTemplate, type Observation, type Template } from './template.ts';

/** What passes by farther than this does not touch, metres: the finger's radius, and how far a guessed height is off. */
const NEAR_M = 0.02;
/** A view is better when so much more light comes from the object. */
const BETTER = 1.1;

/** A designated pixel of the frame that the object was cut out of, and where it is expected now. */
export interface ExpectedPixel {
  readonly designated: Pixel;
  readonly expected: Pixel;
}

export class TrackedObject {
  readonly #camera: Projection;
  readonly #origin: Pixel;
  #template: Template;
  #tracker: ObjectTracker;
  #tip: Vector3;
  #isTouched = false;

  private constructor(camera: Projection, origin: Pixel, template: Template, tip: Vector3) {
    this.#camera = camera;
    this.#origin = origin;
    this.#template = template;
    this.#tracker = new ObjectTracker(camera, template, origin);
    this.#tip = tip;
  }

  /**
   * The object at a pixel of the first frame; null on the plain table.
   *
   * @param tip of the gripper in that frame, metres
   */
  static at(camera: Projection, first: Observation, pixel: Pixel, tip: Vector3): TrackedObject | null {
    const template = extractTemplate(camera, first, pixel);
    return template === null ? null : new TrackedObject(camera, pixel, template, tip);
  }

  get template(): Template {
    return this.#template;
  }

  /** Where it is. */
  get tracker(): ObjectTracker {
    return this.#tracker;
  }

  /** The point of the object that the first frame shows at a pixel. */
  pointAt(pixel: Pixel): BodyPoint {
    const { heightM } = this.#template;
    const [x, y] = unproject(this.#camera, pixel, heightM);
    const [x0, y0] = unproject(this.#camera, this.#origin, heightM);
    return [x - x0, y - y0];
  }

  /** Takes the next frame, in which the gripper is at `tip`. */
  update(seen: Observation, tip: Vector3, expected: readonly ExpectedPixel[]): void {
    this.#isTouched ||= this.#isNear(tip);
    this.#tip = tip;
    if (!this.#isTouched && this.#tracker.mayStandStill(seen)) {
      if (this.#isBetter(seen) || this.#tracker.standStill(seen)) return;
    }
    // Touched, or moved by someone else, or out of sight.
    this.#isTouched = true;
    const expectations = expected.map((each): Expectation => ({
      point: this.pointAt(each.designated),
      pixel: each.expected,
    }));
    this.#tracker.update(seen, expectations);
  }

  /** Whether the gripper has passed by on the way to `tip`. */
  #isNear(tip: Vector3): boolean {
    const { x, y } = this.#tracker.pose;
    return this.#template.footprint.some(
      ([dx, dy]) => distanceToWay([x + dx, y + dy], this.#tip, tip) < NEAR_M,
    );
  }

  /** Whether a frame shows it better than the one that it was cut out of, which it then takes the place of. */
  #isBetter(seen: Observation): boolean {
    const view = extractTemplate(this.#camera, seen, this.#origin);
    if (view === null || view.light < BETTER * this.#template.light) return false;
    this.#template = view;
    this.#tracker = new ObjectTracker(this.#camera, view, this.#origin);
    return true;
  }
}
