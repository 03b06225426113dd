/** `--engine` and `--provider`: what every command that computes with a network has in common. */
import { Option, type Command } from 'commander';
import { DEFAULT_ENGINE, ENGINE_NAMES, type EngineChoice, type EngineName } from '../src/compute/choice.ts';

export interface EngineFlags {
  readonly engine: EngineName;
  readonly provider?: string;
}

/** Adds both options. */
export function withEngine(command: Command): Command {
  return command
    .addOption(
      new Option('--engine <name>', 'what computes').choices(ENGINE_NAMES).default(DEFAULT_ENGINE.engine),
    )
    .option(
      '--provider <name>',
      'of onnx: cpu, webgpu, cuda, coreml, dml, auto (the quickest that works here; default: cpu); of eager: a tfjs backend',
    );
}

/**
 * The engine that was chosen, or undefined for the default one. Throws before anything long is begun when it is not
 * there; says what `auto` became.
 */
export async function chosenEngine(
  { engine, provider }: EngineFlags,
  threads: number,
): Promise<EngineChoice | undefined> {
  const isDefault = engine === DEFAULT_ENGINE.engine && (provider ?? 'cpu') === DEFAULT_ENGINE.provider;
  if (isDefault) return undefined;
  const { resolveEngine } = await import('../src/compute/resolve.ts');
  const { choice, because } = await resolveEngine({ engine, provider }, threads);
  process.stderr.write(`computing with ${choice.engine} on ${choice.provider}${because}\n`);
  return choice;
}
