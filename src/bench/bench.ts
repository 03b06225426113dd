/** All measurements in one report, with everything that the figures depend on. */
import { DEFAULT_ENGINE, type EngineChoice } from '../compute/choice.ts';
import type { LoadedModel } from '../model/checkpoint.ts';
import { describeMachine, peakMemoryMb, type Machine } from './machine.ts';
import type { Measurement } from './measure.ts';
import { benchPlanning, ROLLOUT_SIZE } from './planning.ts';
import type { So101Settings } from '../robot/so101-settings.ts';
import { benchServoBus } from './servo-bus.ts';
import { benchSimulator } from './simulator.ts';
import { benchTraining, TRAINING_SIZE } from './training.ts';

export interface BenchReport {
  readonly machine: Machine;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly measurements: readonly Measurement[];
  readonly peakMemoryMb: number;
}

export interface BenchOptions {
  readonly model: LoadedModel;
  /** What to call the model in the report. */
  readonly modelName: string;
  readonly repeats: number;
  readonly threads: number;
  /** The default engine when not given. */
  readonly engine?: EngineChoice | undefined;
  /** Of an SO-101, to measure its servo bus too. */
  readonly arm?: So101Settings;
  /** Fires between subjects. */
  readonly signal?: AbortSignal;
  readonly onSubject?: (name: string) => void;
}

/** Measures everything, one subject after the other. Throws the signal's reason when it fires. */
export async function bench(options: BenchOptions): Promise<BenchReport> {
  const { model, modelName, repeats, threads, engine = DEFAULT_ENGINE, arm, signal, onSubject } = options;
  const machine = describeMachine();
  const begin = (name: string): void => {
    signal?.throwIfAborted();
    onSubject?.(name);
  };
  begin('the simulator');
  const simulated = await benchSimulator(repeats);
  if (arm !== undefined) begin('the servo bus');
  const exchanged = arm === undefined ? [] : await benchServoBus(arm, repeats);
  begin('training');
  const trained = await benchTraining(threads, model, repeats, engine);
  begin('planning');
  const { measurements: planned, planner } = await benchPlanning(threads, model, repeats, engine);
  return {
    machine,
    settings: {
      model: modelName,
      network: model.network,
      ...engine,
      threads,
      repeats,
      training: TRAINING_SIZE,
      rollouts: ROLLOUT_SIZE,
      planner,
    },
    measurements: [...simulated, ...exchanged, ...trained, ...planned],
    peakMemoryMb: peakMemoryMb(),
  };
}
