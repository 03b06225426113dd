/**
 * Who carries out an evaluation's tasks: this process, or several side by side, each with its own engine and
 * simulator. A task's result does not depend on who does it.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { ForesightError } from '../spec/errors.ts';
import type { EpisodeResult } from './evaluate.ts';
import { openRunner, type Runner, type RunSpec } from './runner.ts';

export interface Member {
  /** Carries out one task; null when it was interrupted. */
  run(spec: RunSpec, index: number): Promise<EpisodeResult | null>;
  close(): Promise<void>;
}

/** What is asked of another process, and what it answers. */
interface Request {
  readonly spec: RunSpec;
  readonly index: number;
}
type Answer =
  | { readonly result: EpisodeResult }
  | { readonly error: { readonly message: string; readonly next?: string } };

/** Does the tasks here, and keeps the last spec's runner open for the next of the same. */
export function localMember(signal?: AbortSignal): Member {
  let open: { readonly key: string; readonly runner: Runner } | null = null;
  return {
    async run(spec, index) {
      const key = JSON.stringify(spec);
      if (open?.key !== key) {
        await open?.runner.close();
        open = null;
        open = { key, runner: await openRunner(spec) };
      }
      return open.runner.run(index, signal);
    },
    async close() {
      await open?.runner.close();
      open = null;
    },
  };
}

/** Has the tasks done by another process. @param script a module that calls `answerRequests` */
export function forkedMember(script: string, signal?: AbortSignal): Member {
  const child: ChildProcess = fork(script, { serialization: 'advanced' });
  signal?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  return {
    run: (spec, index) =>
      new Promise((resolve, reject) => {
        const onAnswer = (answer: Answer): void => {
          child.off('exit', onExit);
          if ('result' in answer) resolve(answer.result);
          else {
            const { message, next } = answer.error;
            reject(new ForesightError(message, next === undefined ? {} : { next }));
          }
        };
        const onExit = (code: number | null): void => {
          if (signal?.aborted) resolve(null);
          else
            reject(
              new ForesightError(`${spec.suite}, task ${index}: its process ended with code ${code}`, {
                next: 'see what it printed above, or run with --jobs 1',
              }),
            );
        };
        child.once('message', onAnswer);
        child.once('exit', onExit);
        const request: Request = { spec, index };
        child.send(request);
      }),
    close: async () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** The other side of `forkedMember`: answers until the parent lets go. */
export function answerRequests(): void {
  const member = localMember();
  // Ctrl-C reaches every process of the terminal; what it means is for the parent to say.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ spec, index }: Request) => {
    member.run(spec, index).then(
      (result) => answer(result === null ? { error: { message: 'interrupted' } } : { result }),
      (cause: unknown) => answer({ error: describe(cause) }),
    );
  });
  const answer = (message: Answer): void => {
    process.send?.(message);
  };
}

function describe(cause: unknown): { message: string; next?: string } {
  if (!(cause instanceof Error)) return { message: String(cause) };
  const next = cause instanceof ForesightError ? cause.next : undefined;
  return next === undefined ? { message: cause.message } : { message: cause.message, next };
}
