/**
 * Correlated random motion: runs along straight lines through waypoints, at one speed a run, with noise that
 * changes slowly. What the play policies have in common; they differ in where they put the waypoints.
 */
import type { Action, Vector3 } from '../spec/action.ts';
import { clampAction } from '../spec/action.ts';
import type { Random } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';

/** A run is given up after so many control steps (an object may block the way) ... */
const LONGEST_RUN = 9;
/** ... or by chance, once in so many. */
const GIVE_UP = 0.03;
/** The noise keeps this share of itself from step to step, and has this standard deviation, in units of action. */
const NOISE_MEMORY = 0.6;
const NOISE_STD = 0.12;
/** Pushes happen in this lowest share of the workspace's height. */
const PUSHING_SHARE = 0.15;

export class Runner {
  readonly #rig: Rig;
  readonly #random: Random;
  #waypoints: Vector3[] = [];
  #steps = 0;
  #speed = 1;
  #noise: number[];

  constructor(rig: Rig, random: Random) {
    this.#rig = rig;
    this.#random = random;
    this.#noise = rig.action.names.map(() => 0);
  }

  /** Forgets the run under way. */
  begin(): void {
    this.#waypoints = [];
    this.#noise = this.#noise.map(() => 0);
  }

  /** Whether the next action needs a new run; to be asked once before each action. */
  isOver(): boolean {
    return this.#waypoints.length === 0 || this.#steps++ > LONGEST_RUN || this.#random.next() < GIVE_UP;
  }

  /** @param waypoints of the new run, metres; clamped to the workspace here */
  start(waypoints: readonly Vector3[]): void {
    const { low, high } = this.#rig.workspace;
    this.#waypoints = waypoints.map(
      (point) => point.map((p, d) => Math.max(low[d], Math.min(high[d], p))) as unknown as Vector3,
    );
    this.#steps = 0;
    this.#speed = this.#random.uniform(0.5, 1);
  }

  /** The next action from `target`, where the tip was last told to go. */
  act(target: Vector3): Action {
    const { scale } = this.#rig.action;
    const wanted = this.#waypoints[0].map((p, d) => (p - target[d]) / scale[d]);
    const length = Math.hypot(...wanted);
    if (length <= this.#speed) this.#waypoints.shift();
    const share = Math.min(1, this.#speed / Math.max(length, 1e-9));
    const fresh = Math.sqrt(1 - NOISE_MEMORY ** 2) * NOISE_STD;
    this.#noise = this.#noise.map((noise) => NOISE_MEMORY * noise + fresh * this.#random.normal());
    return clampAction(wanted.map((w, d) => w * share + this.#noise[d]));
  }
}

/** A height to push at: near the bottom of the workspace, so that flat things are met too. */
export function pushingHeight(rig: Rig, random: Random): number {
  const { low, high } = rig.workspace;
  return random.uniform(low[2], low[2] + PUSHING_SHARE * (high[2] - low[2]));
}

/** Up from `from`, over to `to` at the top of the workspace, and down to it. */
export function lifted(rig: Rig, from: Vector3, to: Vector3): Vector3[] {
  const top = rig.workspace.high[2];
  return [[from[0], from[1], top], [to[0], to[1], top], to];
}

/** Any point of the workspace, most often at a pushing height. */
export function randomPoint(rig: Rig, random: Random): Vector3 {
  const { low, high } = rig.workspace;
  const height = random.next() < 0.8 ? pushingHeight(rig, random) : random.uniform(low[2], high[2]);
  return [random.uniform(low[0], high[0]), random.uniform(low[1], high[1]), height];
}
