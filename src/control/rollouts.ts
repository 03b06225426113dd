/**
 * A loaded model as the executables that planning needs: observe once, cost N candidates, paint one. Compiled
 * for a population when it is first asked for.
 */
import {
  float32,
  type CompileOptions,
  type Engine,
  type Executable,
  type Specs,
  type Tensors,
  type Value,
  type Values,
} from '../compute/compute.ts';
import { releaseKept } from '../compute/kept.ts';
import { rolloutGradients } from '../cost/rollout-gradients.ts';
import { observe, paintRollout, rolloutCosts, type CostConfig } from '../cost/rollout.ts';
import type { WantedPicture } from '../cost/picture-cost.ts';
import type { LoadedModel } from '../model/checkpoint.ts';
import { contextSpecs } from '../model/context-values.ts';
import type { Predictor, Weights } from '../model/predictor.ts';
import { weightInputs, weightsOf } from '../model/weight-inputs.ts';
import type { Pixel } from '../spec/pixel.ts';

/** What is wanted of the designated pixels. */
export interface Goals {
  /** Where they should come to lie, [1, P, 2] pixels of the model's frame. */
  readonly pixels: Value;
  /** 1 for those that are not there yet, else 0, [1, P]. */
  readonly open: Value;
  /** How far from each point, on the side away from its goal, the gripper pushes it from, [1, P] metres; 0 where that is not known. */
  readonly back: Value;
  /** Which points are on one object, [1, P, P]: see `together`. */
  readonly together: Value;
  /** How far each cell of the model's distributions is out of reach, [1, h' * w', P] pixels of its frame: see `outOfReach`. */
  readonly outOfReach: Value;
  /** The table as it should look, where that is what counts instead of the pixels. */
  readonly picture?: WantedPicture;
}

/** One observation, encoded and stepped by the action in flight; candidates continue from here. */
export interface Observed {
  readonly values: Values;
  /** Where each designated pixel is expected after the action in flight, (row, col) pairs of the model's frame. */
  readonly expected: Float32Array;
  /** What is believed to be seen then, without arm and shadows, [1, h, w, 3]. */
  readonly belief: Value;
}

/** Pixels as one of those values, [1, P, 2]. */
export function pixelPairs(pixels: readonly Pixel[]): Value {
  const data = Float32Array.from(pixels.flatMap(({ row, col }) => [row, col]));
  return { shape: [1, pixels.length, 2], data };
}

/** So many of the last observations can be asked about: the one under way, perhaps in the mirror too, and what is drawn of the one before. */
const OBSERVATIONS = 5;

function specsOf(values: Values): Specs {
  return Object.fromEntries(Object.entries(values).map(([name, { shape }]) => [name, float32(...shape)]));
}

/** What the controller asks for predictions: a model, or whoever stands in its place. */
export interface RolloutSource {
  observe(inputs: Values): Promise<Observed>;
  /** The same, predicted from what a mirror shows; absent where that makes no difference. */
  observeInMirror?(inputs: Values): Promise<Observed>;
  costs(observed: Observed, goals: Goals, candidates: Float32Array, count: number): Promise<Float32Array>;
  /** Absent where costs cannot be differentiated. */
  gradients?(
    observed: Observed,
    goals: Goals,
    candidates: Float32Array,
    count: number,
  ): Promise<{ costs: Float32Array; gradients: Float32Array }>;
  /** Absent where there is nothing to paint. */
  paint?(observed: Observed, candidate: Float32Array): Promise<Record<string, Value>>;
}

export class Rollouts implements RolloutSource {
  private readonly engine: Engine;
  private readonly model: LoadedModel;
  private readonly cost: CostConfig;
  private readonly parts: number;
  private readonly executables = new Map<string, Promise<Executable>>();
  private readonly observed: Values[] = [];

  /**
   * @param parts into which candidates are shared out, each in a thread of its own; with one, costs are computed in
   * this thread, on all of the engine's threads
   */
  constructor(engine: Engine, model: LoadedModel, cost: CostConfig, parts = 1) {
    this.parts = parts;
    this.engine = engine;
    this.model = model;
    this.cost = cost;
  }

  /** @param inputs frame, armMask, plate, behind, tip, camera, designated [1, P, 2], inFlight [1, A]: see `observe` */
  observe(inputs: Values): Promise<Observed> {
    return this.observeFrom(1, inputs);
  }

  /** As if seen in the mirror: another opinion of the same network. What comes out is as it is, not mirrored. */
  observeInMirror(inputs: Values): Promise<Observed> {
    return this.observeFrom(-1, inputs);
  }

  private async observeFrom(side: 1 | -1, inputs: Values): Promise<Observed> {
    const pixels = inputs.designated.shape[1];
    // The rest is for other programs.
    const kept = (output: string): boolean => output !== 'expected' && output !== 'belief';
    const specs = {
      ...contextSpecs(this.model.predictor.frame),
      mirror: float32(1, 1),
      designated: float32(1, pixels, 2),
      inFlight: float32(1, 3),
    };
    const executable = await this.compiled(`observe ${pixels} pixels`, observe, specs, { kept });
    const mirror: Value = { shape: [1, 1], data: Float32Array.of(side) };
    const { expected, belief, ...values } = await executable.run({ ...inputs, mirror });
    this.keep(values);
    return { values, expected: expected.data as Float32Array, belief };
  }

  /** Costs of `count` candidates of `horizon` actions, [N]. */
  async costs(
    observed: Observed,
    goals: Goals,
    candidates: Float32Array,
    count: number,
  ): Promise<Float32Array> {
    const width = candidates.length / count;
    const first = (part: number): number => Math.floor((part * count) / this.parts);
    const shares = Array.from({ length: this.parts }, (_, part) => [first(part), first(part + 1)] as const);
    const answers = await Promise.all(
      shares.map(async ([from, to], part) => {
        if (to === from) return [];
        const share = { data: candidates.subarray(from * width, to * width), count: to - from, part };
        const { costs } = await this.judged('costs', observed, goals, share);
        return [...costs.data];
      }),
    );
    return Float32Array.from(answers.flat());
  }

  /** The same costs [N], and their gradients to the candidates, [N, T, 3]: see `rolloutGradients`. */
  async gradients(
    observed: Observed,
    goals: Goals,
    candidates: Float32Array,
    count: number,
  ): Promise<{ costs: Float32Array; gradients: Float32Array }> {
    const all = { data: candidates, count, part: 0 };
    const { costs, gradients } = await this.judged('gradients', observed, goals, all);
    return { costs: costs.data as Float32Array, gradients: gradients.data as Float32Array };
  }

  private async judged(
    what: 'costs' | 'gradients',
    observed: Observed,
    goals: Goals,
    { data, count, part }: { data: Float32Array; count: number; part: number },
  ): Promise<Values> {
    const horizon = data.length / count / 3;
    const { pixels, open, back, together, outOfReach, picture = {} } = goals;
    const values = {
      ...observed.values,
      goals: pixels,
      open,
      back,
      together,
      outOfReach,
      ...picture,
      candidates: { shape: [count, horizon, 3], data },
    };
    const judge = (predictor: Predictor, weights: Weights, inputs: Tensors): Tensors =>
      what === 'gradients'
        ? rolloutGradients(predictor, weights, this.cost, inputs)
        : { costs: rolloutCosts(predictor, weights, this.cost, inputs).costs };
    const wanted = `${pixels.shape[1]} pixels${goals.picture ? ', a picture' : ''}`;
    const name = `${what} of ${count} x ${horizon}, ${wanted}`;
    const ownThread = this.parts > 1;
    // Loops have no gradients.
    const hosted = what === 'costs';
    const executable = await this.compiled(name, judge, specsOf(values), { part, ownThread, hosted });
    return executable.run(values);
  }

  /** Predicted frames [T, h, w, 3] and pixel distributions [T, h', w', P] of one candidate. */
  async paint(observed: Observed, candidate: Float32Array): Promise<Record<string, Value>> {
    const horizon = candidate.length / 3;
    const specs = { ...specsOf(observed.values), candidates: float32(1, horizon, 3) };
    const pixels = observed.values.first.shape[3];
    // Someone watches meanwhile: this thread has other things to do.
    const own = { ownThread: this.parts > 1 };
    const executable = await this.compiled(`paint ${horizon}, ${pixels} pixels`, paintRollout, specs, own);
    return executable.run({ ...observed.values, candidates: { shape: [1, horizon, 3], data: candidate } });
  }

  /** Remembers what stays on a device, and gives back what is too old to be asked for. */
  private keep(values: Values): void {
    this.observed.push(values);
    if (this.observed.length > OBSERVATIONS) releaseKept(this.observed.shift()!);
  }

  async dispose(): Promise<void> {
    this.observed.splice(0).forEach(releaseKept);
    for (const executable of this.executables.values()) await (await executable).dispose();
    this.executables.clear();
  }

  /** Compiles a function of (predictor, weights, inputs) once, with the weights baked in. */
  private compiled(
    name: string,
    fn: (predictor: Predictor, weights: Weights, inputs: Tensors) => Tensors,
    specs: Specs,
    { part = 0, ...how }: { part?: number } & Pick<CompileOptions, 'ownThread' | 'hosted' | 'kept'> = {},
  ): Promise<Executable> {
    const key = `${name}, part ${part}`;
    const known = this.executables.get(key);
    if (known) return known;
    const { predictor, weights } = this.model;
    const program = (inputs: Tensors): Tensors => fn(predictor, weightsOf(inputs), inputs);
    const all = { ...specs, ...weightInputs(predictor.weightSpecs()) };
    const options = { name, constants: weightInputs(weights), ...how };
    const executable = this.engine.compile(program, all, options);
    this.executables.set(key, executable);
    return executable;
  }
}
