/** `foresight serve`: a page on this machine with the robot, live, and what is on disk. */
import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { openForesight, type OpenForesight } from '../src/control/open-foresight.ts';
import { suiteNames } from '../src/evaluation/suites.ts';
import { NETWORKS } from '../src/model/registry.ts';
import { policies } from '../src/play/registry.ts';
import { createApp, PAGE } from '../src/server/app.ts';
import { listen, LOOPBACK, type RunningServer } from '../src/server/listen.ts';
import { makeLiveStudio } from '../src/server/live-studio.ts';
import { ensure } from '../src/spec/errors.ts';
import { chosenEngine, withEngine, type EngineFlags } from './engine-option.ts';
import { portNumber, positiveInteger, seed } from './options.ts';
import { openChosenRig, rigName, withRig, type RigFlags } from './rig-option.ts';
import { printError, stopOnInterrupt } from './terminal.ts';
import { resizeFrame } from '../src/video/resize.ts';

const PORT = 8377;
/** What carries out what a page starts. */
const PROGRAM = fileURLToPath(new URL('./foresight.mjs', import.meta.url));

/** What can be chosen where a page orders long work. */
export const CHOICES = { policies: Object.keys(policies), networks: NETWORKS, suites: suiteNames };

interface ServeOptions extends RigFlags, EngineFlags {
  readonly port: number;
  readonly host: string;
  readonly videos: string;
  readonly models: string;
  readonly data: string;
  readonly results: string;
  readonly rigs: string;
  readonly model: string;
  readonly seed: number;
  readonly steps: number;
  readonly threads: number;
}

export function serveCommand(): Command {
  return withEngine(withRig(new Command('serve'), 'the rig to show'))
    .description('Shows the robot and what is on disk on a page, for this machine alone, until Ctrl-C.')
    .option('--port <n>', 'where to listen on 127.0.0.1; 0 takes any free port', portNumber, PORT)
    .option('--host <address>', 'to be reached from other machines too; then only with a token', LOOPBACK)
    .option('--model <dir>', 'the checkpoint to push with', 'models/tabletop')
    .option('--seed <n>', 'of the first simulated scene', seed, 1)
    .option('--steps <n>', 'control steps that a push may take', positiveInteger, 60)
    .option('--threads <n>', 'threads to plan with', positiveInteger, 2)
    .option('--videos <dir>', 'the folder of videos', 'videos')
    .option('--models <dir>', 'the folder of checkpoints', 'models')
    .option('--data <dir>', 'the folder of datasets', 'data')
    .option('--rigs <dir>', "the folder of rigs' files, to be calibrated", '.')
    .option('--results <dir>', 'the folder of results of evaluations', 'results')
    .action(runServe);
}

async function runServe(options: ServeOptions): Promise<void> {
  const { port, host, videos, models, data, rigs, model, threads } = options;
  ensure(existsSync(PAGE), `the page is not built: no ${PAGE}`, 'npm run build');
  // Whoever reaches this machine could move the arm: from elsewhere, only who was given the address with the token.
  const token =
    host === LOOPBACK ? undefined : (process.env['FORESIGHT_TOKEN'] ?? randomBytes(16).toString('base64url'));
  const engine = await chosenEngine(options, threads);
  const signal = stopOnInterrupt();
  // Who moves a real arm is for a person at the page to say.
  const table = await openChosenRig(options, { seed: options.seed, keepsStill: true });
  const heldRig = 'world' in table ? {} : { heldRig: rigName(options) };
  let foresight: OpenForesight | null = null;
  const folders = { videosDir: videos, modelsDir: models, dataDir: data, rigsDir: rigs };
  const { studio, hub, jobs } = makeLiveStudio({
    table,
    scene: options.seed,
    maxSteps: options.steps,
    jobs: {
      folders: { ...folders, resultsDir: options.results },
      script: PROGRAM,
      choices: CHOICES,
      ...heldRig,
    },
    controller: async () => {
      foresight = await openForesight(model, { threads, engine, rescale: resizeFrame });
      return foresight.controller(table.rig);
    },
  });
  const app = createApp(folders, { hub, ...(token === undefined ? {} : { token }) });
  let server: RunningServer | null = null;
  let opening: Promise<void> = Promise.resolve();
  try {
    server = await listen(app, port, host);
    process.stdout.write(`${server.url}${token === undefined ? '' : `/?token=${token}`}\n`);
    process.stderr.write('Ctrl-C stops it\n');
    // The page is there meanwhile, and says what went wrong where something does.
    opening = studio.open().catch((error: unknown) => {
      if (!signal.aborted) printError(error);
    });
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server?.close();
    await jobs?.close();
    await studio.close();
    await opening;
    await (foresight as OpenForesight | null)?.close();
  }
}
