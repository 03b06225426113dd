/**
 * What chooses actions: planning over predicted video, or one of the baselines beside it.
 */
import type { Action, Vector3 } from '../spec/action.ts';
import type { ArmState } from '../spec/episode.ts';
import type { Frame, Mask } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import type { Task } from '../spec/task.ts';
import type { CycleTimer } from './cycle-timer.ts';

/** What is known at the start of one control step. */
export interface Observation {
  readonly frame: Frame;
  readonly arm: ArmState;
  /** Where the tip was last told to go before `inFlight` was sent, metres. */
  readonly target: Vector3;
  /** The action that is being carried out while the next one is chosen; zeros when the arm rests. */
  readonly inFlight: Action;
}

/** What a model expects to see after one step of a plan. */
export interface Prediction {
  /** Without the arm. */
  readonly frame: Frame;
  /** Where each designated pixel may be then: its distribution, which sums to 1, smaller than the frame. */
  readonly distributions: readonly Mask[];
}

/** What a controller thinks, for people and for reports. */
export interface Thought {
  /** Where it believes the designated pixels are, in the recorded frame, how sure it is (0..1), and where they should go. */
  readonly tracked: readonly { readonly pixel: Pixel; readonly confidence: number; readonly goal?: Pixel }[];
  /** Cost of the chosen plan, and of every iteration's best. */
  readonly cost?: number;
  readonly iterations?: readonly { readonly best: number; readonly mean: number; readonly count: number }[];
  /** The chosen plan, T x A actions from the end of the one in flight on. */
  readonly plan?: Float32Array;
  /** What the chosen plan is predicted to lead to, step by step, worked out when someone looks. */
  readonly paint?: () => Promise<readonly Prediction[]>;
  /** The candidate that it liked least, and what that is predicted to lead to. */
  readonly worst?: { readonly cost: number; readonly paint: () => Promise<readonly Prediction[]> };
}

export interface Decision {
  /** To be sent when the action in flight is done. */
  readonly action: Action;
  /** The task is believed to be done: the arm stays where it is. */
  readonly done: boolean;
  /** A designated pixel's object is lost: nothing should be pushed before a person says where it is. */
  readonly needsClick?: boolean;
  readonly thought: Thought;
}

/** Every controller starts over with `begin` and is asked once a control step. */
export interface Controller {
  readonly name: string;
  /**
   * It needs no time to choose, and chooses at the start of the step that its action is for, nothing in flight:
   * only for baselines that are not held back by thinking.
   */
  readonly instant?: boolean;
  begin(start: {
    readonly plate: Frame;
    readonly frame: Frame;
    readonly arm: ArmState;
    readonly task: Task;
    readonly seed: number;
  }): Promise<void>;
  decide(observation: Observation, timer: CycleTimer): Promise<Decision>;
}
