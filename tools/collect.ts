/** `foresight collect`: the arm plays, and what it does and sees becomes a dataset. */
import { Command } from 'commander';
import { DatasetWriter } from '../src/dataset/writer.ts';
import { collect, type CollectProgress } from '../src/play/collect.ts';
import { policies } from '../src/play/registry.ts';
import { openRig } from '../src/rig/registry.ts';
import { positiveInteger, positiveNumber, seed } from './options.ts';
import { formatDuration, printJson, startProgress, stopOnInterrupt } from './terminal.ts';

interface CollectFlags {
  robot: string;
  out: string;
  minutes: number;
  seed: number;
  episodeSteps: number;
  policy: string;
  json?: true;
}

export function collectCommand(): Command {
  return new Command('collect')
    .description('Lets the arm play and records it; run again, it carries on where it was stopped.')
    .option('--robot <name>', 'the rig to play with', 'sim')
    .option('--out <dir>', 'the dataset to write or to carry on', 'data/play')
    .option('--minutes <n>', 'play to have in the end, minutes of control time', positiveNumber, 60)
    .option('--seed <n>', 'of scenes and of the policy', seed, 1)
    .option('--episode-steps <n>', 'control steps in an episode', positiveInteger, 25)
    .option('--policy <name>', `how to play: ${Object.keys(policies).join(', ')}`, 'aimed')
    .option('--json', 'print the result as JSON')
    .action(run);
}

async function run(flags: CollectFlags): Promise<void> {
  const signal = stopOnInterrupt();
  const rig = await openRig(flags.robot);
  try {
    const writer = await DatasetWriter.open(flags.out, rig.rig, { truth: rig.truth !== undefined });
    try {
      const label = `collect ${flags.out}, minutes`;
      const progress = startProgress(label, flags.minutes, flags.json ? { json: true } : {});
      const before = writer.episodes.length;
      const result = await collect(rig, writer, {
        minutes: flags.minutes,
        seed: flags.seed,
        policy: flags.policy,
        episodeSteps: flags.episodeSteps,
        signal,
        onProgress: (now) => {
          progress.update(round(now.minutes), describe(now));
        },
      });
      progress.finish();
      const added = result.episodes - before;
      if (flags.json) printJson({ dir: flags.out, added, ...result });
      else {
        const speed = added > 0 ? `, ${result.timesRealTime.toFixed(0)} times real time` : '';
        console.log(
          `${flags.out}: ${result.episodes} episodes, ${round(result.minutes)} minutes (${added} episodes new${speed})`,
        );
      }
    } finally {
      await writer.close();
    }
  } finally {
    await rig.close();
  }
}

function describe(now: CollectProgress): string {
  const speed = `${now.timesRealTime.toFixed(0)} times real time`;
  return `${now.episodes} episodes, ${speed}, ${formatDuration(now.leftMs)} to go`;
}

function round(minutes: number): number {
  return Math.round(minutes * 10) / 10;
}
