/** What an arm may be told: every action passes through here before it becomes motion. */
import { applyAction, type Action, type ActionSpec, type Box, type Vector3 } from '../spec/action.ts';
import { ForesightError } from '../spec/errors.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import type { ArmChain } from '../spec/kinematics.ts';

/** Limits of one arm at its table. */
export interface Limits {
  readonly arm: ArmChain;
  readonly actionSpec: ActionSpec;
  readonly workspace: Box;
}

/** A motion that is allowed: where the tip goes, and the action that was really SENT to get there. */
export interface AllowedMotion {
  readonly target: Vector3;
  readonly sent: number[];
}

/**
 * Clamps an action to -1..1 and its target to the workspace. Throws a ForesightError when the action is
 * malformed.
 */
export function limitAction(limits: Limits, from: Vector3, action: Action): AllowedMotion {
  return applyAction(limits.actionSpec, limits.workspace, from, action);
}

/** The point of the workspace that is nearest to `point`, metres. */
export function insideWorkspace({ workspace: { low, high } }: Limits, point: Vector3): Vector3 {
  return point.map((v, d) => Math.max(low[d], Math.min(high[d], v))) as unknown as Vector3;
}

/**
 * Throws a ForesightError unless the arm reaches all of the workspace within its joint limits: asked once,
 * when a rig is opened, so that no action can fail later. Points are tried every `spacingM`, edges included.
 */
export function checkWorkspace({ arm, workspace }: Limits, spacingM = 0.02): void {
  const ticks = [0, 1, 2].map((d) => {
    const [low, high] = [workspace.low[d], workspace.high[d]];
    const count = Math.max(1, Math.ceil((high - low) / spacingM));
    return Array.from({ length: count + 1 }, (_, k) => low + ((high - low) * k) / count);
  });
  for (const x of ticks[0]) {
    for (const y of ticks[1]) {
      for (const z of ticks[2]) reach(arm, [x, y, z]);
    }
  }
}

function reach(arm: ArmChain, point: Vector3): void {
  try {
    inverseKinematics(arm, point);
  } catch (cause) {
    throw new ForesightError(`workspace: ${(cause as Error).message}`, {
      next: "make the rig's workspace smaller, or move the arm's base",
      cause,
    });
  }
}
