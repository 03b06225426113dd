/** `--rig`: what every command that plays, acts or looks has in common, and what a person at a terminal is asked. */
import { createInterface } from 'node:readline/promises';
import { Option, type Command } from 'commander';
import type { LiveRig } from '../src/rig/live-rig.ts';
import { openRig, rigNames, type RigOptions } from '../src/rig/registry.ts';
import { SIM_RIG } from '../src/rig/sim-rig.ts';
import { hasWatcher, interruptSignal } from './terminal.ts';

export interface RigFlags {
  readonly rig: string;
  /** The option's former name. */
  readonly robot?: string;
}

/** Adds the option; `purpose` as in 'the rig to play with'. */
export function withRig(command: Command, purpose: string): Command {
  const known = rigNames().join(', ');
  return command
    .option('--rig <name|file>', `${purpose}: ${known}, a rig's file, or its name in rigs/`, SIM_RIG)
    .addOption(new Option('--robot <name>', 'the same').hideHelp().conflicts('rig'));
}

export function rigName({ rig, robot }: RigFlags): string {
  return robot ?? rig;
}

/** The option as it was given, for a next command; nothing for the simulator, which needs none. */
export function rigWords(flags: RigFlags): string {
  const name = rigName(flags);
  return name === SIM_RIG ? '' : ` --rig ${name}`;
}

/** Opens the chosen rig. Whoever sits at the terminal is asked for what only hands can do; elsewhere nobody is. */
export function openChosenRig(flags: RigFlags, options: RigOptions = {}): Promise<LiveRig> {
  // Whoever looks at a page does not see what a terminal asks.
  const isAttended =
    process.stdin.isTTY && process.stderr.isTTY && !hasWatcher() && options.keepsStill !== true;
  return openRig(rigName(flags), {
    ...(isAttended ? { ask: askOnTerminal } : {}),
    onNote: (note) => process.stderr.write(`${note}\n`),
    ...options,
  });
}

export async function askOnTerminal(request: string): Promise<void> {
  // Not raw: Ctrl-C stays what it is.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    await terminal.question(`${request} Then press Enter. `, { signal: interruptSignal() });
  } finally {
    terminal.close();
  }
}
