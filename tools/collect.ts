/** `foresight collect`: the arm plays, and what it does and sees becomes a dataset. */
import { Command } from 'commander';
import { DatasetWriter } from '../src/dataset/writer.ts';
import { collect, type CollectProgress } from '../src/play/collect.ts';
import { findPolicy, policies } from '../src/play/registry.ts';
import { plannerNames } from '../src/planner/registry.ts';
import { modelPolicyNames, openModelPolicy, type OpenPolicy } from '../src/practice/registry.ts';
import { ensure } from '../src/spec/errors.ts';
import type { Rig } from '../src/spec/rig.ts';
import { resizeFrame } from '../src/video/resize.ts';
import { chosenEngine, withEngine, type EngineFlags } from './engine-option.ts';
import { positiveInteger, positiveNumber, seed } from './options.ts';
import { openChosenRig, withRig, type RigFlags } from './rig-option.ts';
import {
  formatDuration,
  hasWatcher,
  printJson,
  startProgress,
  stopOnInterrupt,
  pictureTeller,
} from './terminal.ts';

interface CollectFlags extends RigFlags, EngineFlags {
  out: string;
  minutes: number;
  seed: number;
  episodeSteps: number;
  policy: string;
  model?: string;
  planner: string;
  threads: number;
  json?: true;
}

export function collectCommand(): Command {
  return withEngine(withRig(new Command('collect'), 'the rig to play with'))
    .description('Lets the arm play and records it; run again, it carries on where it was stopped.')
    .option('--out <dir>', 'the dataset to write or to carry on', 'data/play')
    .option('--minutes <n>', 'play to have in the end, minutes of control time', positiveNumber, 60)
    .option('--seed <n>', 'of scenes and of the policy', seed, 1)
    .option('--episode-steps <n>', 'control steps in an episode', positiveInteger, 25)
    .option('--policy <name>', `how to play: ${Object.keys(policies).join(', ')}`, 'aimed')
    .option(
      '--model <dir>',
      `play with this checkpoint; --policy is then one of: ${modelPolicyNames.join(', ')}`,
    )
    .option('--planner <name>', `planner to practise with: ${plannerNames.join(', ')}`, plannerNames[0])
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--json', 'print the result as JSON')
    .action(run);
}

async function run(flags: CollectFlags): Promise<void> {
  const signal = stopOnInterrupt();
  const rig = await openChosenRig(flags);
  try {
    const { policy, close } = await openPolicy(flags, rig.rig);
    const writer = await DatasetWriter.open(flags.out, rig.rig, { truth: rig.truth !== undefined });
    try {
      const label = `collect ${flags.out}, minutes`;
      const progress = startProgress(label, flags.minutes, flags.json ? { json: true } : {});
      const before = writer.episodes.length;
      const result = await collect(rig, writer, {
        minutes: flags.minutes,
        seed: flags.seed,
        policy,
        episodeSteps: flags.episodeSteps,
        signal,
        ...(hasWatcher() ? { onFrame: pictureTeller() } : {}),
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
      await close();
    }
  } finally {
    await rig.close();
  }
}

/** A policy that plays by itself, or with `--model` one that asks it. */
async function openPolicy(flags: CollectFlags, rig: Rig): Promise<OpenPolicy> {
  const { policy, model, planner, threads } = flags;
  if (model === undefined) {
    ensure(!modelPolicyNames.includes(policy), `--policy ${policy} asks a model`, 'name one with --model');
    return { policy: findPolicy(policy), close: async () => {} };
  }
  const engine = await chosenEngine(flags, threads);
  return openModelPolicy(policy, model, { rig, planner, threads, engine, rescale: resizeFrame });
}

function describe(now: CollectProgress): string {
  const speed = `${now.timesRealTime.toFixed(0)} times real time`;
  return `${now.episodes} episodes, ${speed}, ${formatDuration(now.leftMs)} to go`;
}

function round(minutes: number): number {
  return Math.round(minutes * 10) / 10;
}
