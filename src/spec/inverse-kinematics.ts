/**
 * Where the joints must be for the tip to be at a point: closed form, for arms of the SO-101's build (pan
 * about z, then lift, elbow and wrist flex about y, then a roll that does not move the tip).
 */
import type { Vector3 } from './action.ts';
import { ForesightError, ensure } from './errors.ts';
import { forwardKinematics, type ArmChain } from './kinematics.ts';

/**
 * The gripper points down steeply near the base and flattens with distance and height, because the wrist could
 * not get there otherwise. Linear in both, so neighbouring points have neighbouring joints. Distances are in
 * units of the stretched arm.
 */
const STEEPEST_RAD = 1.72;
const FLATTER_PER_DISTANCE_RAD = 1;
const FLATTER_PER_HEIGHT_RAD = 1.7;

/**
 * How the hand leans where the tip is: pitch below the horizon, of the hand seen from the wrist, is `steepestRad` -
 * `perDistanceRad` * distance from the pan axis - `perHeightRad` * height above `baseZ`.
 */
export interface HandLean {
  readonly pan: Vector3;
  readonly baseZ: number;
  readonly steepestRad: number;
  readonly perDistanceRad: number;
  readonly perHeightRad: number;
}

/** How this arm's hand leans under `inverseKinematics`. */
export function handLean(arm: ArmChain): HandLean {
  const { pan, stretched } = planar(arm);
  return {
    pan,
    baseZ: arm.base[2],
    steepestRad: STEEPEST_RAD,
    perDistanceRad: FLATTER_PER_DISTANCE_RAD / stretched,
    perHeightRad: FLATTER_PER_HEIGHT_RAD / stretched,
  };
}

/** A vector in the vertical plane of the arm: how long, and how far above the horizon it points at zero. */
interface Segment {
  readonly length: number;
  readonly elevationRad: number;
}

/** The arm in the plane of its pan angle: `out` from the pan axis, `up` from the table. */
interface PlanarArm {
  readonly pan: Vector3;
  readonly shoulder: { readonly out: number; readonly up: number };
  readonly upperArm: Segment;
  readonly forearm: Segment;
  readonly hand: Segment;
  /** Length of the stretched arm. */
  readonly stretched: number;
}

/**
 * Joint positions in radians (pan, lift, elbow, wrist flex, wrist roll) that bring the tip to `tip` (metres in
 * the table's frame), elbow up, roll at zero. Throws a ForesightError when the point is out of reach or a joint
 * would have to go beyond its limits.
 */
export function inverseKinematics(arm: ArmChain, tip: Vector3): number[] {
  const { pan, shoulder, upperArm, forearm, hand } = planar(arm);
  const dx = tip[0] - pan[0];
  const dy = tip[1] - pan[1];
  const distance = Math.hypot(dx, dy);
  const { steepestRad, perDistanceRad, perHeightRad, baseZ } = handLean(arm);
  const pitchRad = steepestRad - perDistanceRad * distance - perHeightRad * (tip[2] - baseZ);

  // The two-link problem from the shoulder to the wrist.
  const out = distance - hand.length * Math.cos(pitchRad) - shoulder.out;
  const up = tip[2] + hand.length * Math.sin(pitchRad) - shoulder.up;
  const toWrist = Math.hypot(out, up);
  const cosine =
    (upperArm.length ** 2 + toWrist ** 2 - forearm.length ** 2) / (2 * upperArm.length * toWrist);
  if (!(Math.abs(cosine) <= 1)) throw unreachable(tip, 'it is out of reach');
  const upperElevation = Math.atan2(up, out) + Math.acos(cosine);
  const forearmElevation = Math.atan2(
    up - upperArm.length * Math.sin(upperElevation),
    out - upperArm.length * Math.cos(upperElevation),
  );

  // A hinge about +y turns what is behind it downwards.
  const lift = upperArm.elevationRad - upperElevation;
  const elbow = forearm.elevationRad - forearmElevation - lift;
  const flex = hand.elevationRad + pitchRad - lift - elbow;
  const joints = [wrapRad(Math.atan2(dy, dx) - arm.baseYawRad), lift, elbow, flex, 0];
  arm.links.forEach(({ name, limitsRad: [low, high] }, i) => {
    if (joints[i] < low || joints[i] > high) {
      throw unreachable(tip, `${name} would have to turn to ${joints[i].toFixed(2)} rad`);
    }
  });
  return joints;
}

function unreachable(tip: Vector3, why: string): ForesightError {
  const point = tip.map((v) => v.toFixed(3)).join(', ');
  return new ForesightError(`the arm cannot bring its tip to (${point}) m: ${why}`, {
    next: "check the rig's workspace and the arm's base",
  });
}

/** Solving happens at every physics step, measuring the chain once. */
const measured = new WeakMap<ArmChain, PlanarArm>();

function planar(arm: ArmChain): PlanarArm {
  const known = measured.get(arm) ?? measure(arm);
  measured.set(arm, known);
  return known;
}

function measure(arm: ArmChain): PlanarArm {
  ensure(arm.links.length === 5, `inverse kinematics needs a chain of 5 hinges, got ${arm.links.length}`);
  const zero = forwardKinematics(arm, [0, 0, 0, 0, 0]);
  const [pan, shoulder, elbow, wrist] = zero.links.map((link) => link.position);
  const outOf = (p: Vector3): number => Math.hypot(p[0] - pan[0], p[1] - pan[1]);
  const segment = (from: Vector3, to: Vector3): Segment => {
    const out = outOf(to) - outOf(from);
    const up = to[2] - from[2];
    return { length: Math.hypot(out, up), elevationRad: Math.atan2(up, out) };
  };
  const upperArm = segment(shoulder, elbow);
  const forearm = segment(elbow, wrist);
  const hand = segment(wrist, zero.tip);
  return {
    pan,
    shoulder: { out: outOf(shoulder), up: shoulder[2] },
    upperArm,
    forearm,
    hand,
    stretched: upperArm.length + forearm.length + hand.length,
  };
}

/** The same angle within -pi..pi. */
function wrapRad(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
