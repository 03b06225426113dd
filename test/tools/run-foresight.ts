import { spawn } from 'node:child_process';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '../../tools/foresight.mjs');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Presses Ctrl-C, once, when all that was said so far (stdout and stderr) matches. */
  readonly interruptAt?: RegExp;
  /** Presses Ctrl-C, once, when this is so; asked again and again. */
  readonly interruptAfter?: () => Promise<boolean>;
  /** Nobody will ever type anything. */
  readonly isAlone?: boolean;
  /** What is typed, all of it at once. */
  readonly typed?: string;
  /** What the process is sent in the place of Ctrl-C; SIGKILL is the end of it. */
  readonly interruptWith?: NodeJS.Signals;
}

/** Runs the command as a shell would. */
export function foresight(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...words], { cwd: options.cwd });
    if (options.isAlone) child.stdin.end();
    if (options.typed !== undefined) child.stdin.write(options.typed);
    const said = { stdout: '', stderr: '' };
    let interrupted = false;
    const interrupt = (): void => {
      if (interrupted) return;
      interrupted = true;
      child.kill(options.interruptWith ?? 'SIGINT');
    };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text;
        if (options.interruptAt?.test(said.stdout + said.stderr)) interrupt();
      });
    }
    const { interruptAfter } = options;
    const polling = setInterval(() => {
      interruptAfter?.().then((isSo) => {
        if (isSo) interrupt();
      }, reject);
    }, 200);
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(polling);
      resolve({ code, ...said });
    });
  });
}

/** Runs it, expects exit code 0, and reads what `--json` printed. */
export async function foresightJson(words: readonly string[], options: RunOptions = {}): Promise<unknown> {
  const { code, stdout, stderr } = await foresight([...words, '--json'], options);
  if (code !== 0) throw new Error(`foresight ${words.join(' ')}: exit code ${code}\n${stderr}`);
  return JSON.parse(stdout);
}
