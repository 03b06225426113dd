/**
 * Long work that a page starts: a command in a process of its own, so that a page stays quick and a stop is what Ctrl-C
 * is. One at a time; what it has done so far is on disk, and the same order goes on from there.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { ensure } from '../spec/errors.ts';
import { movesArm, wordsOf, type JobFolders, type Order } from './orders.ts';
import { answerSchema, saidSchema, WATCHED, type Question, type Said } from './said.ts';

export interface JobState {
  readonly order: Order;
  /** What does the same in a terminal. */
  readonly command: string;
  readonly phase: 'running' | 'stopping' | 'stopped' | 'failed' | 'done';
  readonly progress: Omit<Extract<Said, { say: 'progress' }>, 'say'> | null;
  /** The last of what was said on the way. */
  readonly lines: readonly string[];
  /** What it waits for an answer to; null while it waits for none. */
  readonly question: Question | null;
  readonly problem: { readonly message: string; readonly next?: string } | null;
  /** What the command printed as JSON; null until it is over. */
  readonly result: unknown;
}

export interface JobsOptions {
  readonly folders: JobFolders;
  /** The program that understands the words. */
  readonly script: string;
  /** The real table that this process has open, as its rig is named: nothing else can play with it meanwhile. */
  readonly heldRig?: string;
  readonly onChange: (state: JobState) => void;
  readonly onPicture?: (jpeg: Uint8Array) => void;
  /** A question is about this picture. */
  readonly onQuestionPicture?: (jpeg: Uint8Array) => void;
}

/** So many lines are kept. */
const LINES = 12;
/** Exit code of a command that was interrupted. */
const INTERRUPTED = 130;

export class Jobs {
  readonly #options: JobsOptions;
  #state: JobState | null = null;
  #child: ChildProcess | null = null;
  #over: Promise<void> = Promise.resolve();

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /** The job under way, or the last one; null before the first. */
  get state(): JobState | null {
    return this.#state;
  }

  /** Throws while another is under way. */
  begin(order: Order): void {
    ensure(this.#child === null, `${order.job}: another job is under way`, 'wait for it, or stop it first');
    const { folders, script, heldRig } = this.#options;
    const needsTable = order.job === 'collect' || order.job === 'calibrate';
    ensure(
      !needsTable || heldRig === undefined,
      `${order.job}: the table is in use by this page`,
      `stop foresight serve, then: npx foresight ${order.job} --rig ${heldRig}`,
    );
    const words = wordsOf(order, folders);
    const child = fork(script, [...words, '--json'], {
      env: { ...process.env, [WATCHED]: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.#child = child;
    this.#state = {
      order,
      command: `npx foresight ${words.join(' ')}`,
      phase: 'running',
      progress: null,
      lines: [],
      question: null,
      problem: null,
      result: null,
    };
    this.#over = this.#watch(child);
    this.#options.onChange(this.#state);
  }

  /** As Ctrl-C; asked a second time, at once. */
  end(): void {
    if (this.#child === null) return;
    this.#child.kill('SIGINT');
    this.#change({ phase: 'stopping' });
  }

  /** Ends what moves an arm; once, so that it can bring the arm to rest. */
  halt(): void {
    if (this.#state?.phase === 'running' && movesArm(this.#state.order)) this.end();
  }

  /** Answers what is asked; nothing, when nothing is. */
  answer(text: string): void {
    if (this.#child === null || !this.#state?.question) return;
    this.#child.send(answerSchema.parse({ answer: text }));
    this.#change({ question: null });
  }

  async close(): Promise<void> {
    this.end();
    await this.#over;
  }

  async #watch(child: ChildProcess): Promise<void> {
    let printed = '';
    let complained = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (complained = (complained + text).slice(-2000)));
    child.on('message', (message) => this.#hear(message));
    const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      child.once('error', () => resolve({ code: null, signal: null }));
      child.once('close', (exit, by) => resolve({ code: exit, signal: by }));
    });
    this.#child = null;
    // A command that has not begun to listen yet is ended by the signal itself.
    const isStopped = code === INTERRUPTED || signal === 'SIGINT';
    const phase = code === 0 ? 'done' : isStopped ? 'stopped' : 'failed';
    const unforeseen = { message: complained.trim() || `the command ended with code ${code}` };
    const problem = this.#state?.problem ?? (phase === 'failed' ? unforeseen : null);
    this.#change({ phase, problem, question: null, result: parsed(printed) });
  }

  #hear(message: unknown): void {
    const said = saidSchema.safeParse(message);
    if (!said.success || this.#state === null) return;
    const what = said.data;
    switch (what.say) {
      case 'progress': {
        const { label, done, total, leftMs, note } = what;
        this.#change({ progress: { label, done, total, leftMs, note } });
        return;
      }
      case 'line':
        this.#change({ lines: [...this.#state.lines, what.text].slice(-LINES) });
        return;
      case 'picture':
        this.#options.onPicture?.(what.jpeg);
        return;
      case 'question':
        if (what.jpeg) this.#options.onQuestionPicture?.(what.jpeg);
        this.#change({ question: what.question });
        return;
      case 'failed': {
        const { message: words, next } = what;
        this.#change({ problem: next === undefined ? { message: words } : { message: words, next } });
      }
    }
  }

  #change(part: Partial<JobState>): void {
    if (this.#state === null) return;
    this.#state = { ...this.#state, ...part };
    this.#options.onChange(this.#state);
  }
}

/** What was printed as JSON; null where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
