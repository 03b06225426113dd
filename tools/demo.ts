/** `foresight demo`: three pushes by the model that comes with the project, and a video of each. */
import { Command } from 'commander';
import { runSuite, successTable } from './evaluate.ts';
import { seed } from './options.ts';
import { printJson } from './terminal.ts';

/** The first so many tasks of the pushing suite with this seed: what the README shows. */
const TASKS = { suite: 'push', first: 0, episodes: 3 };
const SEED = 7;

interface DemoOptions {
  readonly model: string;
  readonly seed: number;
  readonly out: string;
  readonly json?: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Three pushing tasks on the simulated table; writes what was seen beside what was predicted.',
    )
    .option('--model <dir>', 'the checkpoint to plan with', 'models/tabletop')
    .option('--seed <n>', 'seed of the tasks', seed, SEED)
    .option('--out <dir>', 'where the videos go', 'videos')
    .option('--json', 'print everything as JSON')
    .action(runDemo);
}

async function runDemo({ out, ...options }: DemoOptions): Promise<void> {
  const { result, settings, videos } = await runSuite({
    ...TASKS,
    ...options,
    planner: 'cem',
    threads: 2,
    video: out,
  });
  if (options.json) printJson({ ...result, settings, videos });
  else process.stdout.write(`${successTable([result])}\n\n${videos.join('\n')}\n`);
}
