/**
 * What commands say and hear: progress, errors, tables, Ctrl-C. Results go to stdout; everything said along the
 * way goes to stderr, so that `--json` leaves nothing but JSON on stdout.
 */
import { SingleBar } from 'cli-progress';
import { WATCHED, type Said } from '../src/jobs/said.ts';
import { ForesightError, messageOf } from '../src/spec/errors.ts';
import type { Frame } from '../src/spec/frame.ts';
import { encodeJpeg } from '../src/video/jpeg.ts';

/** How often progress is told where there is no terminal to redraw, ms. */
const PLAIN_LINE_EVERY_MS = 10_000;

export interface Progress {
  /**
   * `done` of `total` are finished; `note` is shown beside it ('loss 0.0123').
   *
   * @param before how many of them were finished before this start: they say nothing of the time left
   */
  update(done: number, note?: string, before?: number): void;
  /** Says one line above the display. */
  tell(line: string): void;
  /** Ends the display, with one last line when there is something to say. */
  finish(summary?: string): void;
}

export interface ProgressOptions {
  /** With `--json` nothing is shown. */
  readonly json?: boolean;
  readonly stream?: NodeJS.WriteStream;
}

/** Whether the process that started this one watches what it does. What it starts itself is not watched. */
const isWatched = process.send !== undefined && process.env[WATCHED] !== undefined;
Reflect.deleteProperty(process.env, WATCHED);

/** Says something to the process that watches; nothing where none does. */
export function tellWatcher(said: Said): void {
  if (isWatched && process.connected) process.send?.(said);
}

/** Whether anyone would see a picture. */
export function hasWatcher(): boolean {
  return isWatched;
}

/** How often a watching process is shown what the camera sees, ms. */
const PICTURE_EVERY_MS = 100;

/** Shows the process that watches a frame now and then. */
export function pictureTeller(): (frame: Frame) => void {
  let shownMs = 0;
  return (frame) => {
    if (Date.now() - shownMs < PICTURE_EVERY_MS) return;
    shownMs = Date.now();
    void encodeJpeg(frame).then((jpeg) => {
      tellWatcher({ say: 'picture', jpeg });
    });
  };
}

/** Progress with the time left: to a watching process, a bar on a terminal, a plain line now and then elsewhere. */
export function startProgress(label: string, total: number, options: ProgressOptions = {}): Progress {
  const stream = options.stream ?? process.stderr;
  if (isWatched) return watchedProgress(label, total);
  if (options.json) return { update: () => {}, tell: () => {}, finish: () => {} };
  return stream.isTTY ? barProgress(label, total, stream) : plainProgress(label, total, stream);
}

function barProgress(label: string, total: number, stream: NodeJS.WriteStream): Progress {
  const format = `${label} {bar} {value}/{total} {left} {note}`;
  const bar = new SingleBar({ format, stream, hideCursor: true, barsize: 24 });
  const startMs = Date.now();
  bar.start(total, 0, { left: '', note: '' });
  return {
    update: (done, note = '', before = 0) =>
      bar.update(done, { left: timeLeft(startMs, done - before, total - before), note }),
    tell: (line) => {
      stream.write(`\r\x1b[K${line}\n`);
    },
    finish: (summary) => {
      bar.stop();
      if (summary !== undefined) stream.write(`${summary}\n`);
    },
  };
}

function plainProgress(label: string, total: number, stream: NodeJS.WriteStream): Progress {
  const startMs = Date.now();
  let toldMs = startMs;
  return {
    update: (done, note = '', before = 0) => {
      if (Date.now() - toldMs < PLAIN_LINE_EVERY_MS) return;
      toldMs = Date.now();
      const parts = [`${label} ${done}/${total}`, timeLeft(startMs, done - before, total - before), note];
      stream.write(`${parts.filter((part) => part !== '').join('  ')}\n`);
    },
    tell: (line) => {
      stream.write(`${line}\n`);
    },
    finish: (summary) => {
      if (summary !== undefined) stream.write(`${summary}\n`);
    },
  };
}

/** How often a watching process is told, ms. */
const WATCHED_EVERY_MS = 200;

function watchedProgress(label: string, total: number): Progress {
  const startMs = Date.now();
  let toldMs = 0;
  return {
    update: (done, note = '', before = 0) => {
      if (Date.now() - toldMs < WATCHED_EVERY_MS && done < total) return;
      toldMs = Date.now();
      const leftMs = msLeft(startMs, done - before, total - before);
      tellWatcher({ say: 'progress', label, done, total, leftMs, note });
    },
    tell: (text) => {
      tellWatcher({ say: 'line', text });
    },
    finish: (summary) => {
      if (summary !== undefined) tellWatcher({ say: 'line', text: summary });
    },
  };
}

/** Time left at the rate so far, ms; null while nothing is done. */
function msLeft(startMs: number, done: number, total: number): number | null {
  return done <= 0 ? null : ((Date.now() - startMs) / done) * Math.max(0, total - done);
}

function timeLeft(startMs: number, done: number, total: number): string {
  const left = msLeft(startMs, done, total);
  return left === null ? '' : `${formatDuration(left)} left`;
}

/** A duration as people say it: `85 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Rows under a header, columns aligned: numbers to the right, words to the left. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, c) => Math.max(...cells.map((row) => (row[c] ?? '').length)));
  const isNumeric = header.map((_, c) => rows.length > 0 && rows.every((row) => typeof row[c] === 'number'));
  return cells
    .map((row) =>
      widths
        .map((width, c) => (isNumeric[c] ? (row[c] ?? '').padStart(width) : (row[c] ?? '').padEnd(width)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The error's text: what is wrong, then what to do next. Stacks only where asked for with DEBUG, or unforeseen. */
export function formatError(error: unknown, debug: boolean): string {
  if (error instanceof ForesightError) {
    const next = error.next === undefined ? '' : `\nnext: ${error.next}`;
    return `error: ${error.message}${next}${debug ? `\n${error.stack ?? ''}` : ''}`;
  }
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  return debug
    ? `error: ${error.stack ?? error.message}`
    : `error: ${error.message}\nnext: run it again with DEBUG=1 for the stack`;
}

export function printError(error: unknown): void {
  tellWatcher({ say: 'failed', ...messageOf(error) });
  process.stderr.write(`${formatError(error, Boolean(process.env['DEBUG']))}\n`);
}

/** One result on stdout, as JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

const interruption = new AbortController();
let isListening = false;

/**
 * Fires on Ctrl-C: the command stops cleanly at its next opportunity. A second Ctrl-C ends the process at once.
 * Until a command listens, Ctrl-C does what it always does.
 */
export function stopOnInterrupt(): AbortSignal {
  if (!isListening) {
    isListening = true;
    process.on('SIGINT', () => {
      if (interruption.signal.aborted) process.exit(130);
      process.stderr.write('\nstopping; press Ctrl-C again to stop at once\n');
      interruption.abort(new ForesightError('interrupted'));
    });
  }
  return interruption.signal;
}

/** The same signal, without starting to listen. */
export function interruptSignal(): AbortSignal {
  return interruption.signal;
}
