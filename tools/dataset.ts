/** `foresight dataset`: looks into datasets, checks them, repairs them. */
import { Command } from 'commander';
import { leaveOut } from '../src/dataset/left-out.ts';
import { openDataset, type Dataset } from '../src/dataset/reader.ts';
import { repairDataset } from '../src/dataset/repair.ts';
import { verifyDataset, type VerifyResult } from '../src/dataset/verify.ts';
import { wholeNumber } from './options.ts';
import { formatTable, printJson, startProgress } from './terminal.ts';

interface Flags {
  json?: true;
}

export function datasetCommand(): Command {
  const command = new Command('dataset').description('Looks into datasets, verifies them, repairs them.');
  command
    .command('info')
    .description('say what a dataset holds')
    .argument('<dir>', 'the dataset')
    .option('--json', 'print it as JSON')
    .action(info);
  command
    .command('verify')
    .description('check every file against the index; exit code 1 when something is wrong')
    .argument('<dir>', 'the dataset')
    .option('--json', 'print the answer as JSON')
    .action(verify);
  command
    .command('repair')
    .description('drop the broken episodes; the dataset as it was is moved aside, nothing is deleted')
    .argument('<dir>', 'the dataset')
    .option('--json', 'print what was done as JSON')
    .action(repair);
  command
    .command('leave-out')
    .description('do not learn from these episodes; nothing of them is deleted')
    .argument('<dir>', 'the dataset')
    .argument('<episodes>', 'their numbers, as in 3,17', episodeNumbers)
    .option('--undo', 'learn from them again')
    .option('--json', 'print what is left out now as JSON')
    .action(markLeftOut);
  return command;
}

async function info(dir: string, flags: Flags): Promise<void> {
  const facts = describe(await openDataset(dir));
  if (flags.json) printJson(facts);
  else console.log(formatTable(['dataset', dir], Object.entries(facts)));
}

function describe({ rig, episodes }: Dataset): Record<string, string | number> {
  const steps = episodes.reduce((sum, episode) => sum + episode.length - 1, 0);
  return {
    rig: rig.name,
    frames: episodes.at(-1)?.toRow ?? 0,
    size: `${rig.frame.width}x${rig.frame.height}`,
    controlHz: rig.controlHz,
    episodes: episodes.length,
    controlSteps: steps,
    minutes: Math.round((steps / rig.controlHz / 60) * 10) / 10,
    policies: [...new Set(episodes.map((episode) => episode.policy))].join(', '),
    tasks: [...new Set(episodes.map((episode) => episode.task))].join(', '),
  };
}

async function verify(dir: string, flags: Flags): Promise<void> {
  let progress: ReturnType<typeof startProgress> | undefined;
  const result = await verifyDataset(dir, (done, total) => {
    progress ??= startProgress('verify episodes', total, flags.json ? { json: true } : {});
    progress.update(done);
  });
  progress?.finish();
  if (flags.json) printJson(result);
  else printProblems(result);
  if (result.problems.length > 0) process.exitCode = 1;
}

function printProblems({ dir, episodes, frames, files, problems, unfinished }: VerifyResult): void {
  for (const { file, problem } of unfinished) console.log(`${file}: ${problem}`);
  for (const { file, problem } of problems) console.log(`${file}: ${problem}`);
  const found = `${episodes} episodes, ${frames} frames, ${files} files`;
  if (problems.length === 0) console.log(`${dir}: whole (${found})`);
  else {
    console.log(`${dir}: ${problems.length} problem${problems.length === 1 ? '' : 's'} (${found})`);
    console.log(`next: npx foresight ${episodes > 0 ? 'dataset repair' : 'collect --out'} ${dir}`);
  }
}

async function markLeftOut(
  dir: string,
  episodes: readonly number[],
  { undo, json }: Flags & { readonly undo?: true },
): Promise<void> {
  const leftOut = await leaveOut(dir, episodes, undo !== true);
  if (json) printJson({ dir, leftOut });
  else console.log(`${dir}: ${leftOut.length === 0 ? 'nothing' : `episodes ${leftOut.join(', ')}`} left out`);
}

function episodeNumbers(text: string): number[] {
  return text.split(',').map(wholeNumber);
}

async function repair(dir: string, flags: Flags): Promise<void> {
  const result = await repairDataset(dir);
  if (flags.json) {
    printJson(result);
    return;
  }
  for (const { episode, problems } of result.dropped) {
    console.log(`episode ${episode} left out: ${problems.map((p) => `${p.file}: ${p.problem}`).join('; ')}`);
  }
  console.log(
    result.asideDir === null
      ? `${dir}: whole, nothing to repair`
      : `${dir}: ${result.kept} episodes kept; the dataset as it was is in ${result.asideDir}`,
  );
}
