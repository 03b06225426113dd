/**
 * One running ffmpeg that sends pictures. A thread of its own reads them and says when each came: whatever the main
 * thread is busy with, nothing queues up in the pipe and an old picture is never taken for a new one.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { FrameSize } from '../spec/frame.ts';

/** A picture as it came. */
export interface Arrival {
  /** [h, w, 3] RGB, the receiver's own. */
  readonly data: Uint8Array;
  /** On `processMs`'s clock. */
  readonly atMs: number;
  /** How many pictures before it were the same to the last bit. */
  readonly repeats: number;
}

export interface FfmpegListener {
  onFrame(arrival: Arrival): void;
  /** What ffmpeg found: the pictures' own size and rate, where it said so. */
  onSource(source: VideoSource): void;
  /** It is over, with ffmpeg's own words for why. */
  onEnd(reason: string): void;
}

export interface VideoSource {
  readonly codec: string;
  readonly size: FrameSize;
  /** As announced; null where the stream does not say. */
  readonly fps: number | null;
}

export interface FfmpegProcess {
  /** Hears at once what has been said so far; otherwise it is heard as soon as the main thread has a moment. */
  drain(): void;
  /** Ends it at once; returns when it is gone. Safe to call twice. */
  stop(): Promise<void>;
}

/** A clock that all threads of this process share, ms. */
export function processMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Those that run now: none outlives this process, however it ends. (A killed one leaves a broken pipe, which ends them too.) */
const running = new Set<number>();
let isWatchingExit = false;

function endWithProcess(pid: number): void {
  running.add(pid);
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.once('exit', () => running.forEach(killQuietly));
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

type Said =
  | { readonly say: 'started'; readonly pid: number | undefined }
  | { readonly say: 'frame'; readonly data: ArrayBuffer; readonly atMs: number; readonly repeats: number }
  | { readonly say: 'source'; readonly line: string }
  | { readonly say: 'ended'; readonly code: number | null; readonly lines: readonly string[] };

/** Starts ffmpeg at `path` with `words`, which end in a pipe of rgb24 frames of `frameBytes` each. */
export function startFfmpeg(
  path: string,
  words: readonly string[],
  frameBytes: number,
  listener: FfmpegListener,
): FfmpegProcess {
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./reader.mjs', import.meta.url), {
    workerData: { path, words, frameBytes, port: port2 },
    transferList: [port2],
  });
  let pid: number | undefined;
  let isOver = false;
  let resolveOver: () => void;
  const over = new Promise<void>((resolve) => (resolveOver = resolve));
  const end = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    if (pid !== undefined) running.delete(pid);
    port.close();
    listener.onEnd(reason);
    resolveOver();
  };
  const hear = (said: Said): void => {
    if (isOver) return;
    if (said.say === 'frame') listener.onFrame({ ...said, data: new Uint8Array(said.data) });
    else if (said.say === 'ended') end(reasonOf(said.lines, said.code));
    else if (said.say === 'source') {
      const source = parseSource(said.line);
      if (source !== null) listener.onSource(source);
    } else if (said.pid !== undefined) endWithProcess((pid = said.pid));
  };
  port.on('message', hear);
  worker.once('error', (error: Error) => end(error.message));
  const drain = (): void => {
    for (let next; (next = receiveMessageOnPort(port)) !== undefined;) hear(next.message as Said);
  };
  worker.once('exit', () => {
    // Its last words may still be on their way.
    drain();
    end('the reading thread ended');
  });
  return {
    drain,
    async stop() {
      if (!isOver) port.postMessage('stop');
      await over;
    },
  };
}

/** ffmpeg's own line that says why, out of all it said. */
export function reasonOf(lines: readonly string[], code: number | null): string {
  const said = lines.map((line) => line.replace(/^\[[^\]]*\]\s*/, '').trim()).filter((line) => line !== '');
  const why =
    /error|invalid|no such|not found|denied|refused|timed out|timeout|busy|unable|cannot|could not|unrecognized|no route|unreachable/i;
  return (
    said.findLast((line) => why.test(line)) ??
    (code === 0 ? 'the stream ended' : (said.at(-1) ?? `code ${code}`))
  );
}

/** Size and rate out of ffmpeg's "Stream #0:0: Video: mjpeg (Baseline), yuvj422p(pc), 640x480, 30 fps, 30 tbr, ...". */
export function parseSource(line: string): VideoSource | null {
  const found = /Video: (\w+).*?[ ,](\d{2,5})x(\d{2,5})/.exec(line);
  if (found === null) return null;
  const fps = /([\d.]+) fps/.exec(line);
  return {
    codec: found[1],
    size: { width: Number(found[2]), height: Number(found[3]) },
    fps: fps === null ? null : Number(fps[1]),
  };
}
