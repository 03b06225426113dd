import type { Action, ActionSpec, Vector3 } from '../spec/action.ts';
import type { ArmState } from '../spec/episode.ts';

/**
 * An arm that takes one small displacement of its gripper a control step. A record: its methods need no `this`, so that
 * it can be wrapped. Every implementation passes `test/contract/robot.ts`.
 */
export interface Robot {
  readonly name: string;
  readonly actionSpec: ActionSpec;
  /** Allows motion. Until then `send` throws, and nothing moves. */
  arm(): Promise<void>;
  /** Where the joints and the gripper's tip are now, as measured. */
  state(): Promise<ArmState>;
  /**
   * Where the next action's displacement starts, metres: where the tip was last told to go, or where it is when
   * something holds it back.
   */
  target(): Vector3;
  /**
   * Starts one control step's motion and returns at once, with the action that was really SENT: entries
   * clamped to -1..1, the target to the workspace. Throws when the arm is not armed or the action is malformed;
   * and, until it is armed again, when something has gone wrong with a real arm since: it then holds still already.
   * A real arm that is hot waits here until it has cooled down, or is held.
   */
  send(action: Action): Promise<number[]>;
  /** Stops where it is and stays there; the target becomes the present position. Never throws. */
  hold(): Promise<void>;
  /** Holds still, gives the hardware back. Safe to call twice. */
  close(): Promise<void>;
}
