/** Runs a program of stages: onnxruntime sessions, and host kernels between them. In whichever thread it is opened. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Value } from '../compute.ts';
import { loadHostLoop, type HostLoop } from '../host/host-kernel.ts';
import type { HostStep, ModelStep, Names, Stages } from './stages.ts';
import type { RawSession } from './worker-session.ts';

/** A program as it travels to a thread: models as the bytes of ONNX files. */
export interface Program extends Omit<Stages, 'models'> {
  readonly models: readonly Uint8Array[];
  /** Named in the order of the graph's outputs. */
  readonly outputs: readonly string[];
}

/** Numbers of any type that onnxruntime has. */
interface Stored {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<unknown>;
}

type Store = Map<string, Stored>;

/** A host kernel made ready: its loop, and where its result goes on every run. */
interface ReadyHost {
  readonly step: HostStep;
  readonly loop: HostLoop;
  readonly out: Float32Array;
}

/** Opens every model and loads every kernel. Rejects with onnxruntime's message. */
export async function openProgram(
  { models, steps, constants, outputs }: Program,
  options: InferenceSession.SessionOptions,
): Promise<RawSession> {
  const sessions = await Promise.all(models.map((model) => InferenceSession.create(model, options)));
  const ready = await Promise.all(steps.map(async (step) => ('kernel' in step ? readyHost(step) : step)));
  const always = Object.entries(constants).map(
    ([name, { shape, data }]) => [name, { type: typeOf(data), shape, data }] as const,
  );
  const runOnce = async (feeds: Parameters<RawSession['run']>[0]): Promise<Record<string, Value>> => {
    const store: Store = new Map(always);
    for (const [name, { dtype, shape, data }] of Object.entries(feeds))
      store.set(name, { type: dtype, shape, data });
    for (const step of ready) {
      if ('loop' in step) runHost(step, store);
      else await runModel(sessions[step.model], step, store);
    }
    return Object.fromEntries(outputs.map((name) => [name, store.get(name) as unknown as Value]));
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    // One run at a time: the loops' results lie in the same place on every run.
    run: (feeds) => {
      const run = last.catch(() => {}).then(() => runOnce(feeds));
      last = run;
      return run;
    },
    release: async () => {
      await Promise.all(sessions.map((session) => session.release()));
    },
  };
}

async function readyHost(step: HostStep): Promise<ReadyHost> {
  const size = step.shape.reduce((product, n) => product * n, 1);
  return {
    step,
    loop: await loadHostLoop({ module: step.module, name: step.kernel }),
    out: new Float32Array(size),
  };
}

function runHost({ step, loop, out }: ReadyHost, store: Store): void {
  loop(
    step.inputs.map((name) => store.get(name) as unknown as Value),
    out,
  );
  store.set(step.output, { type: 'float32', shape: step.shape, data: out });
}

async function runModel(
  session: InferenceSession,
  { feeds, results }: ModelStep,
  store: Store,
): Promise<void> {
  const answers = await session.run(Object.fromEntries(named(feeds, store)));
  for (const [inner, outer] of results) {
    const { type, dims, data } = answers[inner];
    store.set(outer, { type, shape: dims, data: data });
  }
}

function named(feeds: Names, store: Store): [string, Tensor][] {
  return feeds.map(([inner, outer]) => {
    const { type, shape, data } = store.get(outer)!;
    return [inner, new Tensor(type as 'float32', data as Float32Array, shape)];
  });
}

function typeOf(data: Value['data']): string {
  return data instanceof Float32Array ? 'float32' : 'int32';
}
