import type { Camera } from '../camera/camera.ts';
import type { Robot } from '../robot/robot.ts';
import type { Frame } from '../spec/frame.ts';
import type { Rig } from '../spec/rig.ts';

/** Control time: wall-clock time on a real table, simulated time in the simulator. */
export interface StepClock {
  /**
   * Returns when the control step under way is over: a real table sleeps until then, the simulator lets that
   * much simulated time pass.
   */
  endOfStep(): Promise<void>;
  /** Whether time stands still while a controller thinks, as in the simulator: there a late one loses nothing. */
  readonly isPatient?: boolean;
  /** Time since the rig was opened, ms, on this clock. */
  nowMs(): number;
}

/** A rig that is switched on: what play and control see of the world. */
export interface LiveRig {
  readonly rig: Rig;
  readonly robot: Robot;
  readonly camera: Camera;
  readonly clock: StepClock;
  /**
   * A new scene: the arm parks, the empty table is photographed (the background plate), objects are put down,
   * the arm comes to its start. The simulator draws all of it from `seed`.
   */
  reset(seed: number): Promise<{ plate: Frame }>;
  /** Ground truth for measurement only, where the rig has any: see `Moment.truth`. */
  truth?(): Float32Array;
  close(): Promise<void>;
}
