/** The page's end of the socket: what the server tells, as signals, and what the page asks. Comes back by itself when lost. */
import { computed, signal, type Signal } from '@preact/signals';
import type { Ask, JobState, Told } from '../../src/server/messages.ts';
import type { GoalChange } from './studio/goals.ts';
import { PICTURES, type Picture } from '../../src/server/pictures.ts';

type Tell<Kind extends Told['tell']> = Extract<Told, { tell: Kind }>;

export const connected = signal(false);
export const welcome = signal<Tell<'welcome'> | null>(null);
export const told = signal<Tell<'state'> | null>(null);
/** Every step's thought of the push under way, the newest last. */
export const thoughts = signal<readonly Tell<'thought'>['report'][]>([]);
export const refused = signal<Tell<'refused'> | null>(null);
/** One control step as it was pictured: see `ThoughtPictures`; null until the picture came. */
export interface Pictured {
  readonly step: number;
  /** How many frames are in each of its rows. */
  readonly ahead: number;
  readonly pictures: Readonly<Partial<Record<StepPicture, string>>>;
}
type StepPicture = 'seen' | 'predicted' | 'heat' | 'worst' | 'belief';
/** The last control steps of the push, the newest last. */
export const pictured = signal<readonly Pictured[]>([]);
/** The goal image; what the camera of a job sees. */
export const goalPicture = signal<string | null>(null);
export const jobPicture = signal<string | null>(null);
/** What a job asks about. */
export const questionPicture = signal<string | null>(null);
/** The long work under way, or the last. */
export const job = signal<JobState | null>(null);

export const studio = computed(() => told.value?.state ?? null);
export const inControl = computed(() => connected.value && (told.value?.inControl ?? false));

/** Whoever draws the live picture. */
type Draw = (picture: ImageBitmap) => void;
let draw: Draw | null = null;
export function drawWith(how: Draw | null): void {
  draw = how;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5000;
/** Refusals are shown for so long. */
const REFUSAL_MS = 6000;

let socket: WebSocket | null = null;
let retryMs = FIRST_RETRY_MS;
let refusalTimer = 0;

export function ask(what: Ask): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

/** Asks for other goals, and shows them at once: the next click may come before the answer. */
export function askForGoals(goals: GoalChange): void {
  ask({ ask: 'goals', goals: [...goals] });
  const before = told.value;
  if (before === null) return;
  const shown = goals.map(({ from, to }) => ({ from, to, confidence: null }));
  told.value = { ...before, state: { ...before.state, goals: shown, goalImage: null } };
}

export function connect(): void {
  if (socket !== null) return;
  const address = new URL('/api/studio', location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  const opened = new WebSocket(address);
  opened.binaryType = 'arraybuffer';
  opened.addEventListener('open', () => {
    connected.value = true;
    retryMs = FIRST_RETRY_MS;
  });
  opened.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') hear(JSON.parse(data) as Told);
    else void show(data);
  });
  opened.addEventListener('close', () => {
    connected.value = false;
    socket = null;
    setTimeout(connect, retryMs);
    retryMs = Math.min(LONGEST_RETRY_MS, 2 * retryMs);
  });
  socket = opened;
}

function hear(message: Told): void {
  switch (message.tell) {
    case 'welcome':
      welcome.value = message;
      return;
    case 'state': {
      const before = told.value?.state;
      told.value = message;
      if (message.state.phase === 'pushing' && before?.phase === 'armed') {
        thoughts.value = [];
        pictured.value.forEach(forget);
        pictured.value = [];
      }
      return;
    }
    case 'thought':
      thoughts.value = [...thoughts.value, message.report];
      return;
    case 'job':
      job.value = message.state;
      return;
    case 'refused':
      refused.value = message;
      clearTimeout(refusalTimer);
      refusalTimer = window.setTimeout(() => (refused.value = null), REFUSAL_MS);
  }
}

/** Steps are kept for so long: a prediction is shown beside what happened until its end. */
const KEPT_STEPS = 14;

const KINDS = Object.fromEntries(Object.entries(PICTURES).map(([name, kind]) => [kind, name])) as Readonly<
  Record<number, Picture>
>;

async function show(data: ArrayBuffer): Promise<void> {
  const kind = KINDS[new Uint8Array(data, 0, 1)[0]];
  const type = kind === 'belief' ? 'image/png' : 'image/jpeg';
  const picture = new Blob([new Uint8Array(data, 1)], { type });
  if (kind === 'live') {
    if (draw) draw(await createImageBitmap(picture));
    return;
  }
  const address = URL.createObjectURL(picture);
  if (kind === 'goal') replace(goalPicture, address);
  else if (kind === 'job') replace(jobPicture, address);
  else if (kind === 'question') replace(questionPicture, address);
  else addToStep(kind, address);
}

function replace(shown: Signal<string | null>, address: string): void {
  if (shown.value !== null) URL.revokeObjectURL(shown.value);
  shown.value = address;
}

/** Pictures come after the thought that they belong to. */
function addToStep(kind: StepPicture, address: string): void {
  const thought = thoughts.value.at(-1);
  if (thought === undefined) return;
  const { step, ahead } = thought;
  const last = pictured.value.at(-1);
  const isNew = last?.step !== step;
  const pictures = { ...(isNew ? {} : last.pictures), [kind]: address };
  const all = [...(isNew ? pictured.value : pictured.value.slice(0, -1)), { step, ahead, pictures }];
  all.slice(0, -KEPT_STEPS).forEach(forget);
  pictured.value = all.slice(-KEPT_STEPS);
}

function forget({ pictures }: Pictured): void {
  for (const address of Object.values(pictures)) URL.revokeObjectURL(address);
}
