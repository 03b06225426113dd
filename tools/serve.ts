/** `foresight serve`: a page on this machine with the robot, live, and what is on disk. */
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { Command } from 'commander';
import { openForesight, type OpenForesight } from '../src/control/open-foresight.ts';
import { openSimRig, SIM_RIG } from '../src/rig/sim-rig.ts';
import { createApp, PAGE } from '../src/server/app.ts';
import { listen, type RunningServer } from '../src/server/listen.ts';
import { makeLiveStudio } from '../src/server/live-studio.ts';
import { ensure } from '../src/spec/errors.ts';
import { portNumber, positiveInteger, seed } from './options.ts';
import { printError, stopOnInterrupt } from './terminal.ts';
import { resizeFrame } from '../src/video/resize.ts';

const PORT = 8377;

interface ServeOptions {
  readonly port: number;
  readonly videos: string;
  readonly models: string;
  readonly data: string;
  readonly model: string;
  readonly robot: string;
  readonly seed: number;
  readonly steps: number;
  readonly threads: number;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('Shows the robot and what is on disk on a page, for this machine alone, until Ctrl-C.')
    .option('--port <n>', 'where to listen on 127.0.0.1; 0 takes any free port', portNumber, PORT)
    .option('--model <dir>', 'the checkpoint to push with', 'models/tabletop')
    .option('--robot <name>', 'the rig', SIM_RIG)
    .option('--seed <n>', 'of the first simulated scene', seed, 1)
    .option('--steps <n>', 'control steps that a push may take', positiveInteger, 60)
    .option('--threads <n>', 'threads to plan with', positiveInteger, 2)
    .option('--videos <dir>', 'the folder of videos', 'videos')
    .option('--models <dir>', 'the folder of checkpoints', 'models')
    .option('--data <dir>', 'the folder of datasets', 'data')
    .action(runServe);
}

async function runServe(options: ServeOptions): Promise<void> {
  const { port, videos, models, data, model, robot, threads } = options;
  ensure(robot === SIM_RIG, `there is no rig '${robot}'`, `use ${SIM_RIG}`);
  ensure(existsSync(PAGE), `the page is not built: no ${PAGE}`, 'npm run build');
  const signal = stopOnInterrupt();
  const sim = await openSimRig({ seed: options.seed });
  let foresight: OpenForesight | null = null;
  const { studio, hub } = makeLiveStudio({
    sim,
    scene: options.seed,
    maxSteps: options.steps,
    controller: async () => {
      foresight = await openForesight(model, { threads, rescale: resizeFrame });
      return foresight.controller(sim.rig);
    },
  });
  const app = createApp({ videosDir: videos, modelsDir: models, dataDir: data }, hub);
  let server: RunningServer | null = null;
  let opening: Promise<void> = Promise.resolve();
  try {
    server = await listen(app, port);
    process.stdout.write(`${server.url}\n`);
    process.stderr.write('Ctrl-C stops it\n');
    // The page is there meanwhile, and says what went wrong where something does.
    opening = studio.open().catch((error: unknown) => {
      if (!signal.aborted) printError(error);
    });
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server?.close();
    await studio.close();
    await opening;
    await (foresight as OpenForesight | null)?.close();
  }
}
