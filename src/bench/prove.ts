/**
 * Engines put to the proof, in a process of their own: a driver that is not up to it may end the process that asks, and
 * some can only be found by one that starts with the right environment.
 */
import { fork } from 'node:child_process';
import type { EngineChoice } from '../compute/choice.ts';
import { relativeDifference } from '../compute/difference.ts';
import { createEngine } from '../compute/registry.ts';
import { messageOf } from '../spec/errors.ts';
import { rollOnce, trainOnce, type Computed } from './proof.ts';

/** An engine whose numbers are farther from the cpu's than this does not work. */
export const PROOF_TOLERANCE = 1e-3;

/** How one thing went. */
export interface ProvenPart {
  /** From the cpu's numbers, relative: see `relativeDifference`. */
  readonly difference: number;
  readonly ms: number;
}

/** How one engine did. What is missing failed, and `error` says why. */
export interface Proven {
  readonly choice: EngineChoice;
  readonly training?: ProvenPart;
  readonly rollout?: ProvenPart;
  /** Whether weights stay on its device between training steps. */
  readonly keepsWeights?: boolean | undefined;
  readonly error?: { readonly message: string; readonly next?: string };
}

/** Whether it computes everything, and the same as the cpu. */
export function isProven({ training, rollout }: Proven): boolean {
  return [training, rollout].every((part) => part !== undefined && part.difference < PROOF_TOLERANCE);
}

/** Has each engine compute in a process that runs `script`, in the environment `env`; what ends the process is an error. */
export async function proveEngines(
  script: string,
  choices: readonly EngineChoice[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Proven[]> {
  const proven: Proven[] = [];
  while (proven.length < choices.length) {
    const asked = choices.slice(proven.length);
    const before = proven.length;
    const end = await new Promise<string>((resolve, reject) => {
      // Drivers print what the answers say anyway.
      const child = fork(script, [JSON.stringify(asked)], {
        env,
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      child.on('message', (answer) => proven.push(answer as Proven));
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    });
    // Whichever was being tried ended the process; the others get another.
    if (proven.length < choices.length && proven.length - before < asked.length) {
      const message = `its process ended with ${end}`;
      proven.push({ choice: choices[proven.length], error: { message } });
    }
  }
  return proven;
}

/** What `script` does: proves the engines it was started with, one after the other, and says each as it is done. */
export async function answerProofs(): Promise<void> {
  const cpu = await createEngine('onnx', { provider: 'cpu' });
  const expected = { training: await trainOnce(cpu), rollout: await rollOnce(cpu) };
  for (const choice of JSON.parse(process.argv[2]) as EngineChoice[]) {
    let proven: Proven = { choice };
    try {
      const engine = await createEngine(choice.engine, { provider: choice.provider });
      proven = { ...proven, rollout: compare(await rollOnce(engine), expected.rollout) };
      const { keepsWeights, ...trained } = await trainOnce(engine);
      proven = { ...proven, training: compare(trained, expected.training), keepsWeights };
    } catch (error) {
      proven = { ...proven, error: messageOf(error) };
    }
    await new Promise((resolve) => process.send?.(proven, resolve));
  }
  process.disconnect();
  // A GPU's library may keep threads, and the process with them.
  process.exit(0);
}

function compare({ values, ms }: Computed, expected: Computed): ProvenPart {
  return { difference: relativeDifference(values, expected.values), ms };
}
