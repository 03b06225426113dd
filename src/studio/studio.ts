/**
 * One robot and what a person makes it do: choose points and where they should go, arm it, start, pause, stop. However
 * many watch, there is one studio; what it may do in which phase is decided here and nowhere else.
 */
import { runTask, type ControlStep, type Ending } from '../control/loop.ts';
import type { Controller } from '../control/controller.ts';
import { CycleTimer } from '../control/cycle-timer.ts';
import type { LiveRig } from '../rig/live-rig.ts';
import { ensure, messageOf } from '../spec/errors.ts';
import type { Frame } from '../spec/frame.ts';
import { insideFrame, type Pixel } from '../spec/pixel.ts';
import type { GoalImage, Task } from '../spec/task.ts';
import { goalPicture } from './goal-picture.ts';
import type { StudioGoal, StudioState } from './state.ts';

/** The robot a studio has, and what chooses its actions. */
export interface StudioRig {
  readonly live: LiveRig;
  /** Moves what is seen at a pixel on the table to another, where the table is simulated; says whether something was. */
  drag?(from: Pixel, to: Pixel): boolean;
}

export interface StudioOptions {
  readonly rig: StudioRig;
  /** Made ready while people already look. */
  readonly controller: () => Promise<Controller>;
  readonly scene: number;
  /** Control steps a push may take. */
  readonly maxSteps: number;
  readonly onChange: (state: StudioState) => void;
  readonly onStep?: (step: ControlStep) => void;
  /** A goal image was chosen. */
  readonly onGoalImage?: (frame: Frame) => void;
}

const FRAME_TIMEOUT_MS = 2000;

export class Studio {
  readonly #options: StudioOptions;
  readonly #live: LiveRig;
  #state: StudioState;
  #plate: Frame | null = null;
  #goalImage: GoalImage | null = null;
  #goalImages = 0;
  #controller: Controller | null = null;
  /** Stops the push under way. */
  #stopRun: AbortController | null = null;
  /** Settles when the last push is over and done with: a stopped one may still be thinking. */
  #over: Promise<void> = Promise.resolve();

  constructor(options: StudioOptions) {
    this.#options = options;
    this.#live = options.rig.live;
    this.#state = {
      phase: 'opening',
      scene: options.scene,
      goals: [],
      goalImage: null,
      step: 0,
      maxSteps: options.maxSteps,
      ending: null,
      problem: null,
    };
  }

  get state(): StudioState {
    return this.#state;
  }

  /** Puts up the first scene and makes the controller ready. */
  async open(): Promise<void> {
    await this.#reset(this.#options.scene);
    try {
      this.#controller = await this.#options.controller();
      await this.#warmUp(this.#controller);
      this.#change({ phase: 'resting' });
    } catch (error) {
      this.#change({ problem: messageOf(error) });
      throw error;
    }
  }

  /** Points, and where they should go; only while nothing moves. */
  setGoals(goals: readonly { readonly from: Pixel; readonly to: Pixel | null }[]): void {
    this.#mustRest('goals are chosen while nothing moves', 'pause first');
    const { frame } = this.#live.rig;
    for (const { from, to } of goals) {
      for (const pixel of [from, ...(to ? [to] : [])]) {
        ensure(
          insideFrame(pixel, frame),
          `goals: expected pixels in ${frame.height} rows and ${frame.width} columns, got ${pixel.row},${pixel.col}`,
        );
      }
    }
    this.#goalImage = null;
    this.#change({
      goals: goals.map(({ from, to }): StudioGoal => ({ from, to, confidence: null })),
      goalImage: null,
      ending: null,
      problem: null,
    });
  }

  /**
   * A picture of the wanted table, taken by the same camera with the arm as it stands now; only while nothing moves.
   *
   * @param picture a file's bytes; null for what the camera sees now
   */
  async useGoalImage(picture: Uint8Array | null): Promise<void> {
    this.#mustRest('a goal image is chosen while nothing moves', 'pause first');
    const { jointsRad } = await this.#live.robot.state();
    const frame =
      picture === null
        ? (await this.#live.camera.latest(FRAME_TIMEOUT_MS)).frame
        : await goalPicture(picture, this.#live.rig.frame);
    this.#goalImage = { frame, jointsRad };
    this.#change({ goals: [], goalImage: ++this.#goalImages, ending: null, problem: null });
    this.#options.onGoalImage?.(frame);
  }

  async arm(): Promise<void> {
    ensure(this.#state.phase === 'resting', `arm: the robot is ${this.#state.phase}`);
    await this.#live.robot.arm();
    this.#change({ phase: 'armed', problem: null });
  }

  /** Starts, or goes on. */
  start(): void {
    const { phase, goals } = this.#state;
    ensure(phase === 'armed' || phase === 'paused', `start: the robot is ${phase}`, 'arm it first');
    const goalImage = this.#goalImage;
    ensure(
      goals.length > 0 || goalImage !== null,
      'start: no point is chosen',
      'click an object, then where it should go',
    );
    const whole = goals.flatMap(({ from, to }) => (to === null ? [] : [{ designated: from, goal: to }]));
    ensure(
      whole.length === goals.length,
      'start: a point has no goal yet',
      'click where the chosen point should go',
    );
    const maxSteps = this.#options.maxSteps - (phase === 'paused' ? this.#state.step : 0);
    this.#change({
      phase: 'pushing',
      ending: null,
      problem: null,
      ...(phase === 'paused' ? {} : { step: 0 }),
    });
    const stop = new AbortController();
    this.#stopRun = stop;
    // Found anew in a goal image each time: what lies right by now needs no goal any more.
    const task: Task = goalImage ? { goals: [], goalImage, maxSteps } : { goals: whole, maxSteps };
    this.#over = this.#over.then(() => this.#push(task, stop.signal));
  }

  /** Holds still at once; `start` goes on. */
  async pause(): Promise<void> {
    if (this.#state.phase !== 'pushing') return;
    await this.#halt('paused');
  }

  /** Holds still at once, whatever is under way, and forgets that it was armed. Always allowed. */
  async stop(): Promise<void> {
    if (this.#state.phase === 'opening') return;
    await this.#halt('resting');
  }

  /** Another scene, or the same again. */
  async scene(seed: number): Promise<void> {
    this.#mustRest('scenes are changed while nothing moves', 'stop first');
    await this.#live.robot.hold();
    await this.#reset(seed);
    this.#goalImage = null;
    this.#change({
      phase: 'resting',
      scene: seed,
      goals: [],
      goalImage: null,
      step: 0,
      ending: null,
      problem: null,
    });
  }

  /** Moves a thing of the simulated scene. */
  drag(from: Pixel, to: Pixel): void {
    this.#mustRest('things are moved by hand while the arm rests', 'pause first');
    const { rig } = this.#options;
    ensure(rig.drag !== undefined, 'drag: this table is real', 'move it with your hand');
    ensure(rig.drag(from, to), `drag: nothing to move at ${from.row.toFixed(0)},${from.col.toFixed(0)}`);
    this.#change({ problem: null });
  }

  async close(): Promise<void> {
    await this.#halt('resting');
    await this.#live.close();
  }

  #mustRest(message: string, next: string): void {
    const { phase } = this.#state;
    ensure(phase !== 'pushing', message, next);
    ensure(phase !== 'opening', `${message}, and the model is not ready yet`, 'wait a moment');
  }

  async #reset(seed: number): Promise<void> {
    this.#plate = (await this.#live.reset(seed)).plate;
  }

  /** The first choice compiles what later ones use: done before anyone waits for it. Nothing is sent. */
  async #warmUp(controller: Controller): Promise<void> {
    const { frame } = await this.#live.camera.latest(1000);
    const arm = await this.#live.robot.state();
    const { height, width } = frame;
    const [designated, goal] = [0.4, 0.6].map((share) => ({ row: share * height, col: share * width }));
    const task: Task = { goals: [{ designated, goal }], maxSteps: 1 };
    await controller.begin({ plate: this.#plate!, frame, arm, task, seed: 0 });
    const inFlight = this.#live.rig.action.names.map(() => 0);
    await controller.decide(
      { frame, arm, target: this.#live.robot.target(), inFlight },
      new CycleTimer(Infinity),
    );
  }

  /** Carries a task out; never rejects. */
  async #push(task: Task, signal: AbortSignal): Promise<void> {
    const before = this.#state.step;
    if (signal.aborted) return;
    try {
      const { ending } = await runTask(this.#live, this.#controller!, {
        plate: this.#plate!,
        task,
        seed: this.#state.scene,
        signal,
        onStep: (step) => {
          this.#follow(before, step);
        },
      });
      if (!signal.aborted) this.#finish(ending);
    } catch (error) {
      await this.#live.robot.hold();
      if (signal.aborted) return;
      this.#change({ phase: 'resting', problem: messageOf(error) });
    }
  }

  #follow(before: number, step: ControlStep): void {
    const { tracked } = step.decision.thought;
    const known = this.#state.goals;
    // Those of a goal image are known since the controller has looked at it.
    const goals = tracked.map(({ pixel, confidence, goal }, i): StudioGoal => ({
      from: pixel,
      to: goal ?? known.at(i)?.to ?? null,
      confidence,
    }));
    if (this.#state.phase === 'pushing')
      this.#change({ ...(goals.length > 0 ? { goals } : {}), step: before + step.index + 1 });
    this.#options.onStep?.(step);
  }

  #finish(ending: Ending): void {
    const lost = { message: 'the object is out of sight', next: 'click it again' };
    this.#change({ phase: 'armed', ending, problem: ending === 'lost' ? lost : null });
  }

  async #halt(phase: 'paused' | 'resting'): Promise<void> {
    const wasUnderWay = this.#state.phase === 'pushing' || this.#state.phase === 'paused';
    this.#stopRun?.abort();
    // Before anything is waited for: the planner may be busy for half a second.
    const held = this.#live.robot.hold();
    const stopped = wasUnderWay && phase === 'resting' ? { ending: 'stopped' as const } : {};
    this.#change({ phase, ...stopped });
    await held;
    await this.#over;
  }

  #change(part: Partial<StudioState>): void {
    this.#state = { ...this.#state, ...part };
    this.#options.onChange(this.#state);
  }
}
