/** What `foresight doctor` says of engines: each computes a training step and a rollout, beside the cpu's numbers. */
import { fileURLToPath } from 'node:url';
import { isProven, proveEngines, type Proven, type ProvenPart } from '../src/bench/prove.ts';
import type { EngineChoice } from '../src/compute/choice.ts';
import { EAGER_BACKENDS } from '../src/compute/eager-engine.ts';
import { PROVIDERS, PROVIDER_NEEDS } from '../src/compute/onnx/providers.ts';
import { ForesightError } from '../src/spec/errors.ts';
import type { Check } from './check.ts';

const SCRIPT = fileURLToPath(new URL('./prove.mjs', import.meta.url));

const CHOICES: readonly EngineChoice[] = [
  ...PROVIDERS.map((provider) => ({ engine: 'onnx' as const, provider })),
  ...Object.keys(EAGER_BACKENDS).map((provider) => ({ engine: 'eager' as const, provider })),
];

/** A check for each engine and provider; all are tried at once, when the first is looked at. */
export function engineChecks(): Check[] {
  let trying: Promise<Proven[]> | undefined;
  return CHOICES.map(({ engine, provider = '' }, i) => ({
    part: `${engine}, ${provider}`,
    // What everything can be done with, if slowly.
    required: provider === 'cpu',
    next: nextFor(engine, provider),
    look: async () => {
      const proven = (await (trying ??= proveEngines(SCRIPT, CHOICES)))[i];
      const found = describe(proven);
      if (!isProven(proven))
        throw new ForesightError(found, proven.error?.next ? { next: proven.error.next } : {});
      return found;
    },
  }));
}

function nextFor(engine: string, name: string): string {
  const provider = PROVIDERS.find((known) => known === name);
  if (engine === 'onnx' && provider !== undefined) return PROVIDER_NEEDS[provider];
  return name === 'wasm' ? 'for planning alone; train with another' : 'npm ci';
}

/** 'training step in 20 ms, 3e-6 from the cpu; rollout ...'; of what failed, why. */
function describe({ choice, training, rollout, error }: Proven): string {
  const isMeasure = choice.engine === 'onnx' && choice.provider === 'cpu';
  const part = (what: string, { difference, ms }: ProvenPart): string =>
    `${what} in ${ms.toFixed(0)} ms${isMeasure ? '' : `, ${difference.toExponential(0)} from onnx, cpu`}`;
  return [
    ...(training ? [part('training step', training)] : []),
    ...(rollout ? [part('rollout', rollout)] : []),
    // Without the name of the program.
    ...(error ? [error.message.split('\n')[0].replace(/^.*: (?=onnxruntime could not)/, '')] : []),
  ].join('; ');
}
