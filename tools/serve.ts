/** `foresight serve`: a page on this machine with the videos, models and datasets that are on disk. */
import { once } from 'node:events';
import { Command } from 'commander';
import { createApp } from '../src/server/app.ts';
import { listen } from '../src/server/listen.ts';
import { portNumber } from './options.ts';
import { stopOnInterrupt } from './terminal.ts';

const PORT = 8377;

interface ServeOptions {
  readonly port: number;
  readonly videos: string;
  readonly models: string;
  readonly data: string;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('Shows what is on disk on a page, for this machine alone, until Ctrl-C.')
    .option('--port <n>', 'where to listen on 127.0.0.1; 0 takes any free port', portNumber, PORT)
    .option('--videos <dir>', 'the folder of videos', 'videos')
    .option('--models <dir>', 'the folder of checkpoints', 'models')
    .option('--data <dir>', 'the folder of datasets', 'data')
    .action(runServe);
}

async function runServe({ port, videos, models, data }: ServeOptions): Promise<void> {
  const signal = stopOnInterrupt();
  const app = createApp({ videosDir: videos, modelsDir: models, dataDir: data });
  const server = await listen(app, port);
  process.stdout.write(`${server.url}\n`);
  process.stderr.write('Ctrl-C stops it\n');
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
}
