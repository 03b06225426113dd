import { ensure } from './errors.ts';

/** A point or a displacement in the arm's base-free table frame, metres: x right, y away from the camera, z up. */
export type Vector3 = readonly [number, number, number];

/** An axis-aligned box in metres, the volume the gripper may be sent to. */
export interface Box {
  readonly low: Vector3;
  readonly high: Vector3;
}

/**
 * What one action means. An action is one number a dimension in -1..1; `scale` turns it into `unit`.
 * Ours is a displacement of the gripper's target within one control step.
 */
export interface ActionSpec {
  readonly names: readonly string[];
  readonly unit: 'm';
  readonly kind: 'delta';
  /** Metres that an action of 1 stands for, per dimension. */
  readonly scale: readonly number[];
}

/** One action, each entry in -1..1. */
export type Action = readonly number[];

/** Throws unless `action` has one finite number for each dimension of the spec. */
export function validateAction(spec: ActionSpec, action: Action): void {
  ensure(
    action.length === spec.names.length && action.every(Number.isFinite),
    `action: expected ${spec.names.length} finite numbers (${spec.names.join(', ')}), got [${action.join(', ')}]`,
  );
}

/** Each entry clamped to -1..1. */
export function clampAction(action: Action): number[] {
  return action.map((a) => Math.max(-1, Math.min(1, a)));
}

/**
 * Where the gripper's target goes: `from` plus the action in metres, clamped to the workspace, and the action
 * that was really SENT, which is what gets recorded.
 */
export function applyAction(
  spec: ActionSpec,
  workspace: Box,
  from: Vector3,
  action: Action,
): { target: Vector3; sent: number[] } {
  validateAction(spec, action);
  const asked = clampAction(action);
  const target = from.map((p, d) =>
    Math.max(workspace.low[d], Math.min(workspace.high[d], p + asked[d] * spec.scale[d])),
  ) as unknown as Vector3;
  const sent = target.map((p, d) => (p - from[d]) / spec.scale[d]);
  return { target, sent };
}

/** The action that goes straight towards a point, as far as one control step allows. */
export function towards(to: Vector3, from: Vector3, spec: ActionSpec): number[] {
  const action = to.map((p, d) => (p - from[d]) / spec.scale[d]);
  const largest = Math.max(1, ...action.map(Math.abs));
  return action.map((a) => a / largest);
}
