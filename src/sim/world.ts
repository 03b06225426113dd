/**
 * The tabletop world: an SO-101 at a table with a few objects, a camera in front. Everything in it follows
 * from its seed, bit for bit.
 */
import type { Vector3 } from '../spec/action.ts';
import { MAX_OBJECTS } from '../spec/episode.ts';
import { ensure } from '../spec/errors.ts';
import { makeFrame, type Frame, type FrameSize } from '../spec/frame.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import { armCapsules } from '../spec/kinematics.ts';
import type { Pixel } from '../spec/pixel.ts';
import { drawLook } from './look.ts';
import { mujoco, Physics } from './mujoco.ts';
import { drawObjects, type ObjectCount, type ObjectDescription, type PlacedObject } from './objects.ts';
import { SAMPLES, RayCaster, type View } from './raycast.ts';
import { buildScene, type Scene } from './scene.ts';
import type { Variety } from './shapes.ts';
import { enter, makeSolidSet, type Kind } from './solids.ts';
import { TABLETOP_ARM } from './table.ts';
import { pixelRay, TABLETOP_VIEW } from './viewpoint.ts';

/** The size of the camera's frames unless another is asked for. */
export const FRAME_SIZE: FrameSize = { height: 120, width: 160 };

/** Where the arm waits while the scene is made: drawn back, above the table. */
export const PARKED_TIP: Vector3 = [0, 0.095, 0.09];

/** Objects come to rest before anyone looks, seconds. */
const SETTLING_S = 0.2;

export interface WorldOptions {
  readonly seed: number;
  /** Shapes and colours of play (default), or those that play never shows. */
  readonly variety?: Variety;
  /** How many objects; 1 to 4 when not given, as in play. */
  readonly objects?: ObjectCount;
}

/** A moment of a world, to come back to. */
export interface WorldState {
  readonly integration: Float64Array;
}

/** A point of an object, in the object's body frame, metres. */
export interface BodyPoint {
  readonly object: number;
  readonly point: Vector3;
}

/** The world that follows from `options.seed`, arm parked, objects at rest. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { seed, variety = 'play', objects: count } = options;
  const objects = drawObjects(seed, variety, count);
  return new World(await mujoco(), objects, seed);
}

export class World {
  readonly seed: number;
  readonly objects: readonly ObjectDescription[];
  readonly arm = TABLETOP_ARM;
  /** The MuJoCo simulation itself, for tests and tools. */
  readonly physics: Physics;
  readonly scene: Scene;
  readonly #view: View;
  readonly #casters = new Map<string, RayCaster>();

  constructor(mj: Awaited<ReturnType<typeof mujoco>>, objects: readonly PlacedObject[], seed: number) {
    const look = drawLook(seed);
    this.seed = seed;
    this.objects = objects;
    this.scene = buildScene(this.arm, objects, look);
    this.physics = new Physics(mj, this.scene.mjcf);
    this.#view = {
      solids: makeSolidSet(this.scene.geoms.map((geom) => geom.part)),
      movingFrom: this.scene.geoms.findIndex(({ owner }) => owner === 'arm'),
      table: this.scene.geoms.findIndex(({ owner }) => owner === 'table'),
      look,
      viewpoint: TABLETOP_VIEW,
    };
    const parked = inverseKinematics(this.arm, PARKED_TIP);
    this.placeArm(parked);
    this.advance(() => parked, SETTLING_S);
  }

  /** Seconds simulated since the world was made. */
  timeS(): number {
    return this.physics.data.time;
  }

  /** One angle a joint, radians. */
  jointsRad(): number[] {
    return Array.from(this.physics.views().qpos.subarray(0, this.arm.links.length));
  }

  /** The gripper's tip, metres. */
  tip(): Vector3 {
    const [x, y, z] = this.physics.views().sitePosition;
    return [x, y, z];
  }

  /** Puts the arm somewhere at once, at rest, touching nothing in between. */
  placeArm(jointsRad: readonly number[]): void {
    const { qpos, qvel, ctrl } = this.physics.views();
    qpos.set(jointsRad, 0);
    qvel.fill(0, 0, jointsRad.length);
    ctrl.set(jointsRad, 0);
    this.physics.updatePoses();
  }

  /** Whether the arm would be at least `gapM` from every object with its joints there. */
  armIsFree(jointsRad: readonly number[], gapM: number): boolean {
    const capsules = armCapsules(this.arm, jointsRad);
    return this.objects.every((object, i) => {
      const [x, y, z] = this.bodyPoint(i, [0, 0, 0]);
      return capsules.every(({ from, to, radius }) => {
        // The capsule's part that is not above the object must stay clear of its footprint.
        for (let k = 0; k <= 8; k++) {
          const at = from.map((v, axis) => v + ((to[axis] - v) * k) / 8);
          const above = at[2] - radius - gapM > z + object.height;
          const apart = Math.hypot(at[0] - x, at[1] - y) > object.footprintRadius + radius + gapM;
          if (!above && !apart) return false;
        }
        return true;
      });
    });
  }

  /**
   * Lets `seconds` pass, the arm's servos following `targetRad(fraction)`, called at every physics step with
   * the fraction of the time that will have passed, in 0..1.
   */
  advance(targetRad: (fraction: number) => readonly number[], seconds: number): void {
    const steps = Math.max(1, Math.round(seconds / this.timestepS()));
    const { ctrl } = this.physics.views();
    for (let k = 1; k <= steps; k++) {
      ctrl.set(targetRad(k / steps), 0);
      this.physics.step();
    }
    this.physics.updatePoses();
  }

  timestepS(): number {
    return this.physics.model.opt.timestep;
  }

  /** A coarser physics step makes a cheaper and less exact world: for planning with the simulator itself. */
  setTimestep(seconds: number): void {
    this.physics.model.opt.timestep = seconds;
  }

  /** What the camera sees. */
  render(size: FrameSize = FRAME_SIZE): Frame {
    this.#followPhysics();
    return makeFrame(size, this.#caster(size).render());
  }

  /** The same for people who watch: with a quarter of the rays, and edges softened afterwards. */
  renderQuickly(size: FrameSize): Frame {
    this.#followPhysics();
    return makeFrame(size, this.#caster(size, 1).render());
  }

  /** The table alone, without objects and arm, in the same light: the background plate. */
  renderPlate(size: FrameSize = FRAME_SIZE): Frame {
    this.#followPhysics();
    return makeFrame(size, this.#caster(size).render(false));
  }

  /** The geom (MuJoCo's id) that each pixel's centre sees, [h, w], -1 where there is none. */
  renderGeoms(size: FrameSize = FRAME_SIZE): Int16Array {
    this.#followPhysics();
    return this.#caster(size, 1).solids();
  }

  /** Which object is seen at a pixel of a frame of `size`, and which point of it; null where there is none. */
  pointUnder(pixel: Pixel, size: FrameSize = FRAME_SIZE): BodyPoint | null {
    const ray = pixelRay(TABLETOP_VIEW, size, pixel.row, pixel.col);
    const { geom, distance } = this.#firstHit(TABLETOP_VIEW.eye, ray);
    const owner = geom < 0 ? 'floor' : this.scene.geoms[geom].owner;
    if (typeof owner !== 'number') return null;
    const hit = TABLETOP_VIEW.eye.map((v, k) => v + distance * ray[k]) as unknown as Vector3;
    return { object: owner, point: this.#intoBody(owner, hit) };
  }

  /** A point of object `i`'s body frame, now, in metres. */
  bodyPoint(i: number, point: Vector3): Vector3 {
    const { bodyPosition: p, bodyRotation: R } = this.physics.views();
    const body = this.#body(i);
    return [0, 1, 2].map(
      (k) =>
        p[3 * body + k] +
        R[9 * body + 3 * k] * point[0] +
        R[9 * body + 3 * k + 1] * point[1] +
        R[9 * body + 3 * k + 2] * point[2],
    ) as unknown as Vector3;
  }

  /** The point that stands for object `i` (`ObjectDescription.point`), now, in metres. */
  objectPoint(i: number): Vector3 {
    return this.bodyPoint(i, this.objects[i].point);
  }

  /** Moves object `i` along the table and turns it about its upright axis, at rest there; time stands still. */
  moveObject(i: number, { dx, dy, turnRad }: { dx: number; dy: number; turnRad: number }): void {
    ensure(
      i >= 0 && i < this.objects.length,
      `world: expected an object 0..${this.objects.length - 1}, got ${i}`,
    );
    const { qpos, qvel } = this.physics.views();
    const joints = this.arm.links.length;
    const at = joints + 7 * i;
    qpos[at] += dx;
    qpos[at + 1] += dy;
    // The turn's quaternion (c, 0, 0, s) times the body's.
    const [c, s] = [Math.cos(turnRad / 2), Math.sin(turnRad / 2)];
    const [w, x, y, z] = qpos.subarray(at + 3, at + 7);
    qpos.set([c * w - s * z, c * x - s * y, c * y + s * x, c * z + s * w], at + 3);
    qvel.fill(0, joints + 6 * i, joints + 6 * i + 6);
    this.physics.updatePoses();
  }

  /** Every object's point, 3 numbers each for at least 4 objects, NaN where there is none: see `Moment.truth`. */
  truth(): Float32Array {
    const truth = new Float32Array(3 * Math.max(MAX_OBJECTS, this.objects.length)).fill(NaN);
    this.objects.forEach((_, i) => truth.set(this.objectPoint(i), 3 * i));
    return truth;
  }

  /** Everything the future depends on; `restoreState` replays from it bit for bit. */
  saveState(): WorldState {
    return { integration: this.physics.save() };
  }

  restoreState(state: WorldState): void {
    this.physics.restore(state.integration);
  }

  /** Gives the simulation's memory back; the world cannot be used afterwards. */
  dispose(): void {
    this.physics.dispose();
  }

  #body(i: number): number {
    const body = this.scene.objectBodies[i];
    ensure(body !== undefined, `world: expected an object 0..${this.objects.length - 1}, got ${i}`);
    return body;
  }

  #intoBody(i: number, point: Vector3): Vector3 {
    const { bodyPosition: p, bodyRotation: R } = this.physics.views();
    const body = this.#body(i);
    const d = [0, 1, 2].map((k) => point[k] - p[3 * body + k]);
    return [0, 1, 2].map(
      (k) => R[9 * body + k] * d[0] + R[9 * body + 3 + k] * d[1] + R[9 * body + 6 + k] * d[2],
    ) as unknown as Vector3;
  }

  #followPhysics(): void {
    const { geomPosition, geomRotation } = this.physics.views();
    this.#view.solids.position.set(geomPosition);
    this.#view.solids.rotation.set(geomRotation);
  }

  #caster(size: FrameSize, samples = SAMPLES): RayCaster {
    const key = `${size.width}x${size.height}, ${samples}`;
    const caster = this.#casters.get(key) ?? new RayCaster(this.#view, size, samples);
    this.#casters.set(key, caster);
    return caster;
  }

  /** The first solid along a ray, -1 when there is none, and how many lengths of `ray` away. */
  #firstHit(from: Vector3, ray: Vector3): { geom: number; distance: number } {
    this.#followPhysics();
    const { count, kind, size, position, rotation: R } = this.#view.solids;
    let [geom, distance] = [-1, Infinity];
    for (let i = 0; i < count; i++) {
      const local = (x: number, y: number, z: number): number[] =>
        [0, 1, 2].map((axis) => R[9 * i + axis] * x + R[9 * i + 3 + axis] * y + R[9 * i + 6 + axis] * z);
      const [px, py, pz] = position.subarray(3 * i, 3 * i + 3);
      const [ox, oy, oz] = local(from[0] - px, from[1] - py, from[2] - pz);
      const [dx, dy, dz] = local(...(ray as [number, number, number]));
      const [a, b, c] = size.subarray(3 * i, 3 * i + 3);
      const t = enter(kind[i] as Kind, a, b, c, ox, oy, oz, dx, dy, dz);
      if (t < distance) [geom, distance] = [i, t];
    }
    return { geom, distance };
  }
}
