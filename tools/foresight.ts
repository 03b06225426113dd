/**
 * The `foresight` command. One file a command; a command's file is loaded only when it is asked for, so that
 * `--help` does not wait for physics engines and networks.
 */
import { Command, CommanderError } from 'commander';
import { readPackage } from './package.ts';
import { interruptSignal, printError } from './terminal.ts';

/** What the shell gets to see. */
export const ExitCode = {
  ok: 0,
  /** The command failed, or what was asked is not so (`dataset verify` on a damaged one). */
  failed: 1,
  badUsage: 2,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

/** A command that is not loaded yet. */
interface LazyCommand {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** In the order of a first day with the project. */
export const COMMANDS: readonly LazyCommand[] = [
  {
    name: 'demo',
    summary: 'three pushes on the simulated table, with a video of each',
    load: async () => (await import('./demo.ts')).demoCommand(),
  },
  {
    name: 'cameras',
    summary: 'list cameras, try one, measure how late its pictures are',
    load: async () => (await import('./cameras.ts')).camerasCommand(),
  },
  {
    name: 'calibrate',
    summary: "find a real arm's zeros and ends, its table, and from where the camera sees it",
    load: async () => (await import('./calibrate.ts')).calibrateCommand(),
  },
  {
    name: 'collect',
    summary: 'let the arm play, and record what it does and sees',
    load: async () => (await import('./collect.ts')).collectCommand(),
  },
  {
    name: 'dataset',
    summary: 'look into, verify and repair datasets; leave episodes out of training',
    load: async () => (await import('./dataset.ts')).datasetCommand(),
  },
  {
    name: 'train',
    summary: 'fit a video-prediction model to play',
    load: async () => (await import('./train.ts')).trainCommand(),
  },
  {
    name: 'improve',
    summary: 'play with a model, add what happened to the data, refit',
    load: async () => (await import('./improve.ts')).improveCommand(),
  },
  {
    name: 'evaluate',
    summary: 'measure how often a model gets the object where it was told',
    load: async () => (await import('./evaluate.ts')).evaluateCommand(),
  },
  {
    name: 'learning-curve',
    summary: 'measure success against minutes of play, for ways of playing or networks',
    load: async () => (await import('./learning-curve.ts')).learningCurveCommand(),
  },
  {
    name: 'why',
    summary: 'run one task again and name the step that went wrong',
    load: async () => (await import('./why.ts')).whyCommand(),
  },
  {
    name: 'act',
    summary: 'push what is at one pixel to another, or things to where a picture shows them',
    load: async () => (await import('./act.ts')).actCommand(),
  },
  {
    name: 'bench',
    summary: 'measure how fast this machine simulates, trains and plans',
    load: async () => (await import('./bench.ts')).benchCommand(),
  },
  {
    name: 'serve',
    summary: 'the robot on a page: click, push, watch it think; play, train, evaluate, calibrate',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
  {
    name: 'doctor',
    summary: 'check this machine, and with --rig an arm and its camera',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
];

/** The program with every command named, and those that `words` mention loaded with their options. */
export async function buildProgram(words: readonly string[]): Promise<Command> {
  const program = new Command('foresight')
    .description('A robot arm learns to push things around by playing and watching.')
    .version(readPackage().version)
    .showHelpAfterError('Run with --help for the options.')
    .exitOverride();
  for (const { name, summary, load } of COMMANDS) {
    const command = words.includes(name) ? await load() : new Command(name);
    inheritSettings(command.name(name).summary(summary), program);
    if (command.description() === '') command.description(summary);
    program.addCommand(command);
  }
  return program;
}

/** Runs one command line and sets the process's exit code. */
export async function main(words: readonly string[]): Promise<void> {
  try {
    const program = await buildProgram(words);
    await program.parseAsync(words, { from: 'user' });
    if (interruptSignal().aborted) process.exitCode = ExitCode.interrupted;
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    // Commander has printed its own message by now, and after Ctrl-C nothing needs explaining.
    if (!(error instanceof CommanderError) && !interruptSignal().aborted) printError(error);
  }
}

/** The exit code that a thrown error ends the process with. */
export function exitCodeOf(error: unknown): number {
  if (interruptSignal().aborted) return ExitCode.interrupted;
  if (!(error instanceof CommanderError)) return ExitCode.failed;
  return error.exitCode === 0 ? ExitCode.ok : ExitCode.badUsage;
}

/** `addCommand` leaves a subcommand's error handling at commander's default: exit at once, with code 1. */
function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritSettings(child, command);
}
