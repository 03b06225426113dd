/** `foresight improve`: play with the model, add what happened to the data, refit, and again. */
import { Command } from 'commander';
import { DEFAULT_NETWORK, defaultNetwork, NETWORKS } from '../src/model/registry.ts';
import { DEFAULT_PLANNER, plannerNames } from '../src/planner/registry.ts';
import { improve, type Round } from '../src/practice/improve.ts';
import { modelPolicyNames } from '../src/practice/registry.ts';
import { trainingSchema } from '../src/training/config.ts';
import { resizeFrame } from '../src/video/resize.ts';
import { resolveConfig } from './config.ts';
import { chosenEngine, withEngine, type EngineFlags } from './engine-option.ts';
import { positiveInteger, positiveNumber, seed } from './options.ts';
import { openChosenRig, withRig, type RigFlags } from './rig-option.ts';
import { formatTable, printJson, startProgress, stopOnInterrupt, type Progress } from './terminal.ts';
import { watchFit } from './train.ts';

interface ImproveFlags extends RigFlags, EngineFlags {
  readonly model: string;
  readonly data: string;
  readonly playMinutes?: number;
  readonly mixRigs?: true;
  readonly out: string;
  readonly policy: string;
  readonly planner: string;
  readonly rounds: number;
  readonly minutes: number;
  readonly episodeSteps: number;
  readonly seed: number;
  readonly network: string;
  readonly trainMinutes?: number;
  readonly trainSteps?: number;
  readonly config?: string;
  readonly threads: number;
  readonly json?: boolean;
}

export function improveCommand(): Command {
  return withEngine(withRig(new Command('improve'), 'the rig to play with'))
    .description(
      'Rounds of playing with a model and of learning from what happened. Stop it with Ctrl-C; the same command goes on.',
    )
    .requiredOption('--model <dir>', 'the checkpoint to begin with')
    .requiredOption('--data <dir>', 'the play that it learned from; refits learn from it too')
    .option('--play-minutes <n>', 'use its first so many minutes only', positiveNumber)
    .option('--mix-rigs', 'allow that play to be of another rig than the one to play with')
    .requiredOption('--out <dir>', 'where the new play and the new checkpoints go')
    .option('--policy <name>', `how to play: ${modelPolicyNames.join(', ')}`, 'practice')
    .option('--planner <name>', `planner: ${plannerNames.join(', ')}`, DEFAULT_PLANNER)
    .option('--rounds <n>', 'rounds in the end, with those that are finished', positiveInteger, 1)
    .option('--minutes <n>', 'play a round, minutes of robot time', positiveNumber, 10)
    .option('--episode-steps <n>', 'control steps in an episode', positiveInteger, 25)
    .option('--seed <n>', 'of scenes, policy and training', seed, 1)
    .option('--network <name>', `network: ${NETWORKS.join(', ')}`, DEFAULT_NETWORK)
    .option(
      '--train-minutes <n>',
      'minutes of training a round at most, wall clock (default: 30)',
      positiveNumber,
    )
    .option('--train-steps <n>', 'training steps a round instead', positiveInteger)
    .option('--config <file>', 'JSON with more training settings; budget and seed are those of the options')
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--json', 'print the rounds as JSON')
    .action(run);
}

async function run(flags: ImproveFlags): Promise<void> {
  const { json, playMinutes, minutes, out } = flags;
  const budget = flags.trainSteps ? { steps: flags.trainSteps } : { minutes: flags.trainMinutes ?? 30 };
  const training = await resolveConfig(trainingSchema, flags.config, { budget, seed: flags.seed });
  const engine = await chosenEngine(flags, flags.threads);
  const terminal = json ? { json } : {};
  const watch = watchFit(terminal);
  const playing: { round: number; progress: Progress }[] = [];
  const { finished, rounds } = await improve({
    settings: {
      model: flags.model,
      play: {
        data: flags.data,
        ...(playMinutes === undefined ? {} : { playMinutes }),
        ...(flags.mixRigs ? { mixRigs: true } : {}),
      },
      policy: flags.policy,
      planner: flags.planner,
      minutes,
      episodeSteps: flags.episodeSteps,
      seed: flags.seed,
      network: defaultNetwork(flags.network),
      training,
    },
    out,
    rounds: flags.rounds,
    openRig: () => openChosenRig(flags),
    rescale: resizeFrame,
    threads: flags.threads,
    engine,
    signal: stopOnInterrupt(),
    onCollect: (round, now) => {
      if (playing.at(-1)?.round !== round) {
        playing.push({
          round,
          progress: startProgress(`round ${round}, minutes of play`, now.totalMinutes, terminal),
        });
      }
      const progress = playing[playing.length - 1].progress;
      progress.update(Math.round(10 * now.minutes) / 10);
      if (now.minutes >= now.totalMinutes) progress.finish();
    },
    onCaching: watch.caching,
    onTraining: watch.training,
    onRound: ({ round, model }) => watch.finish(`round ${round}: checkpoint in ${model}`),
  });
  if (json) printJson({ out, finished, rounds });
  else {
    if (rounds.length > 0) process.stdout.write(`${roundsTable(rounds)}\n`);
    if (!finished) process.stderr.write('stopped; the same command goes on from here\n');
    else process.stdout.write(`next: npx foresight evaluate --model ${rounds.at(-1)?.model} --suite push\n`);
  }
}

/** A line a round: the error of designated pixels that moved, before and after. */
function roundsTable(rounds: readonly Round[]): string {
  const error = (model: readonly number[]): string => `${(model.at(-1) ?? NaN).toFixed(2)} px`;
  return formatTable(
    ['round', 'minutes', 'held-out error before', 'after', 'model'],
    rounds.map(({ round, minutes, before, after, model }) => [
      round,
      minutes,
      error(before.moved.model),
      error(after.moved.model),
      model,
    ]),
  );
}
