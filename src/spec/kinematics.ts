/**
 * The arm as a chain of hinges, and forward kinematics over it. The same table of numbers makes the MuJoCo
 * model, the arm mask and the arm drawn over a predicted frame.
 */
import type { Vector3 } from './action.ts';

/** A capsule in its link's frame: a segment with a radius, metres. */
export interface Capsule {
  readonly from: Vector3;
  readonly to: Vector3;
  readonly radius: number;
}

/** One hinge and the rigid link behind it. */
export interface Link {
  readonly name: string;
  /** Where the hinge sits in the parent link's frame when every joint is at zero, metres. */
  readonly origin: Vector3;
  /** Unit axis of the hinge, in the parent's frame. */
  readonly axis: Vector3;
  /** Joint limits, radians. */
  readonly limitsRad: readonly [number, number];
  /** The link's shape, for collisions, for drawing and for the arm mask. */
  readonly capsules: readonly Capsule[];
}

/** A serial arm: its base in the table's frame, its links in order, and the gripper's tip in the last link. */
export interface ArmChain {
  /** Position of the base in the table's frame, metres. */
  readonly base: Vector3;
  /** Rotation of the base about z, radians. */
  readonly baseYawRad: number;
  readonly baseCapsules: readonly Capsule[];
  readonly links: readonly Link[];
  readonly tip: Vector3;
}

/** A rotation (row-major 3x3) and a position: where a link is in the table's frame. */
export interface Pose {
  readonly rotation: readonly number[];
  readonly position: Vector3;
}

/** Every link's pose and the tip, for joint positions in radians (one a link). */
export function forwardKinematics(
  arm: ArmChain,
  jointsRad: ArrayLike<number>,
): { base: Pose; links: Pose[]; tip: Vector3 } {
  const base: Pose = { rotation: axisRotation([0, 0, 1], arm.baseYawRad), position: arm.base };
  let parent = base;
  const links = arm.links.map((link, i) => {
    const position = transform(parent, link.origin);
    const rotation = multiply(parent.rotation, axisRotation(link.axis, jointsRad[i]));
    parent = { rotation, position };
    return parent;
  });
  return { base, links, tip: transform(parent, arm.tip) };
}

/** Every capsule of the arm in the table's frame, for joint positions in radians. */
export function armCapsules(arm: ArmChain, jointsRad: ArrayLike<number>): Capsule[] {
  const { base, links } = forwardKinematics(arm, jointsRad);
  const place = (pose: Pose) => (capsule: Capsule) => ({
    from: transform(pose, capsule.from),
    to: transform(pose, capsule.to),
    radius: capsule.radius,
  });
  return [
    ...arm.baseCapsules.map(place(base)),
    ...arm.links.flatMap((link, i) => link.capsules.map(place(links[i]))),
  ];
}

/** A point of a link's frame in the table's frame. */
export function transform(pose: Pose, point: Vector3): Vector3 {
  const r = pose.rotation;
  const [x, y, z] = point;
  return [
    pose.position[0] + r[0] * x + r[1] * y + r[2] * z,
    pose.position[1] + r[3] * x + r[4] * y + r[5] * z,
    pose.position[2] + r[6] * x + r[7] * y + r[8] * z,
  ];
}

/** Rodrigues' formula, row-major 3x3. */
function axisRotation(axis: Vector3, angleRad: number): number[] {
  const [x, y, z] = axis;
  const c = Math.cos(angleRad);
  const s = Math.sin(angleRad);
  const t = 1 - c;
  return [
    t * x * x + c,
    t * x * y - s * z,
    t * x * z + s * y,
    t * x * y + s * z,
    t * y * y + c,
    t * y * z - s * x,
    t * x * z - s * y,
    t * y * z + s * x,
    t * z * z + c,
  ];
}

function multiply(a: readonly number[], b: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      out.push(a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j]);
    }
  }
  return out;
}
