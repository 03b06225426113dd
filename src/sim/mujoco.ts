/** MuJoCo (WebAssembly) behind a small surface: compile, step, read, save and restore. */
import loadMujoco, { type MainModule, type MjData, type MjModel } from '@mujoco/mujoco';

let loading: Promise<MainModule> | undefined;

/** The WebAssembly module, loaded once a process. */
export function mujoco(): Promise<MainModule> {
  loading ??= loadMujoco();
  return loading;
}

/** Arrays of the running simulation, in MuJoCo's own order (mjData, mjModel). */
interface Views {
  readonly qpos: Float64Array;
  readonly qvel: Float64Array;
  readonly ctrl: Float64Array;
  readonly bodyPosition: Float64Array;
  readonly bodyRotation: Float64Array;
  readonly geomPosition: Float64Array;
  readonly geomRotation: Float64Array;
  readonly sitePosition: Float64Array;
}

/** One compiled scene and its state. */
export class Physics {
  readonly mj: MainModule;
  readonly model: MjModel;
  readonly data: MjData;
  #views: Views | undefined;

  constructor(mj: MainModule, mjcf: string) {
    this.mj = mj;
    this.model = mj.MjModel.from_xml_string(mjcf);
    this.data = new mj.MjData(this.model);
    mj.mj_forward(this.model, this.data);
  }

  /**
   * The simulation's arrays. Creating any model or data can grow WebAssembly's memory, which empties every
   * view taken before: so views are checked, and never kept across an allocation.
   */
  views(): Views {
    if (this.#views === undefined || this.#views.qpos.length === 0) {
      const d = this.data;
      this.#views = {
        qpos: d.qpos as Float64Array,
        qvel: d.qvel as Float64Array,
        ctrl: d.ctrl as Float64Array,
        bodyPosition: d.xpos as Float64Array,
        bodyRotation: d.xmat as Float64Array,
        geomPosition: d.geom_xpos as Float64Array,
        geomRotation: d.geom_xmat as Float64Array,
        sitePosition: d.site_xpos as Float64Array,
      };
    }
    return this.#views;
  }

  step(): void {
    this.mj.mj_step(this.model, this.data);
  }

  /** Brings body, geom and site poses up to date with `qpos`; a step leaves them one step behind. */
  updatePoses(): void {
    this.mj.mj_kinematics(this.model, this.data);
  }

  /** Everything that the next steps depend on (mjSTATE_INTEGRATION). */
  save(): Float64Array {
    const signature = this.mj.mjtState.mjSTATE_INTEGRATION.value;
    const buffer = new this.mj.DoubleBuffer(this.mj.mj_stateSize(this.model, signature));
    this.mj.mj_getState(this.model, this.data, buffer, signature);
    const state = Float64Array.from(buffer.GetView() as Float64Array);
    buffer.delete();
    return state;
  }

  restore(state: Float64Array): void {
    const signature = this.mj.mjtState.mjSTATE_INTEGRATION.value;
    this.mj.mj_setState(this.model, this.data, state as unknown as number[], signature);
    this.updatePoses();
  }

  dispose(): void {
    this.data.delete();
    this.model.delete();
  }
}
