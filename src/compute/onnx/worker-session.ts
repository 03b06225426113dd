/**
 * An onnxruntime session in a thread of its own. onnxruntime-node computes on the thread that asks, so that two
 * sessions of one thread follow each other, however many cores there are; and whoever asks stands still meanwhile.
 */
import { Worker } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import type { DType, Value } from '../compute.ts';
import type { Program } from './program.ts';

/** Numbers; or, in a session of this thread, what a device has kept. */
export interface Feed {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Value['data'];
  readonly handle?: unknown;
}

/** What a session of this thread and one of another have in common. */
export interface RawSession {
  run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Value>>;
  release(): Promise<void>;
}

type Opened = { readonly open: true } | { readonly open: false; readonly error: string };
type Answer = { readonly results: Record<string, Value> } | { readonly error: string };

/** Starts the thread and builds the session there. Rejects with onnxruntime's message. */
export async function openWorkerSession(
  model: Uint8Array | Program,
  options: InferenceSession.SessionOptions,
): Promise<RawSession> {
  const worker = new Worker(new URL('./session-worker.mjs', import.meta.url), {
    workerData: { model, options },
  });
  const opened = await answerOf<Opened>(worker);
  if (!opened.open) {
    await worker.terminate();
    throw new Error(opened.error);
  }
  // An idle thread keeps no process alive.
  worker.unref();
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Value>> => {
    // A view of a larger array would take all of it along.
    const own = Object.entries(feeds).map(
      ([name, feed]) => [name, { ...feed, data: feed.data.slice() }] as const,
    );
    worker.ref();
    const answer = answerOf<Answer>(worker);
    worker.postMessage(
      Object.fromEntries(own),
      own.map(([, { data }]) => data.buffer),
    );
    const answered = await answer.finally(() => worker.unref());
    if ('error' in answered) throw new Error(answered.error);
    return answered.results;
  };
  return {
    // One question at a time: answers carry no name.
    run: (feeds) => {
      const asked = last.catch(() => {}).then(() => ask(feeds));
      last = asked;
      return asked;
    },
    async release() {
      await last.catch(() => {});
      worker.ref();
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage('close');
      await ended;
    },
  };
}

/** The next message; rejects when the thread fails instead. */
function answerOf<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      then();
    };
    const onMessage = (message: T): void => settle(() => resolve(message));
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`its thread ended with code ${code}`)));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });
}
