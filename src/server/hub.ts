/**
 * Everyone who has the page open, and the one of them who says what happens. Slow ones lose pictures, never words;
 * when the one in control is gone, what is under way is paused.
 */
import type { Jobs } from '../jobs/jobs.ts';
import { ensure, ForesightError, messageOf } from '../spec/errors.ts';
import type { Studio } from '../studio/studio.ts';
import type { StudioState } from '../studio/state.ts';
import { askSchema, type Ask, type Told } from './messages.ts';
import { PICTURES, type Picture } from './pictures.ts';

/** One page's end of a socket. */
export interface Peer {
  send(data: string | Uint8Array): void;
  /** Bytes that wait to be sent. */
  bufferedBytes(): number;
}

/** A page that is so far behind gets no more pictures until it has caught up, bytes. */
const MOST_BEHIND = 200_000;

export class Hub {
  readonly #studio: Studio;
  readonly #welcome: Told;
  readonly #jobs: Jobs | null;
  readonly #peers: Peer[] = [];
  readonly #kept = new Map<Picture, Uint8Array>();
  #inControl: Peer | null = null;

  constructor(studio: Studio, welcome: Extract<Told, { tell: 'welcome' }>, jobs: Jobs | null = null) {
    this.#studio = studio;
    this.#welcome = welcome;
    this.#jobs = jobs;
  }

  /** Whether anyone would see a picture. */
  get isWatched(): boolean {
    return this.#peers.length > 0;
  }

  join(peer: Peer): void {
    this.#peers.push(peer);
    this.#inControl ??= peer;
    tell(peer, this.#welcome);
    this.tellState(this.#studio.state);
    const job = this.#jobs?.state;
    if (job) tell(peer, { tell: 'job', state: job });
    for (const [picture, jpeg] of this.#kept) peer.send(packed(picture, jpeg));
  }

  leave(peer: Peer): void {
    const at = this.#peers.indexOf(peer);
    if (at < 0) return;
    this.#peers.splice(at, 1);
    if (this.#inControl === peer) {
      this.#inControl = null;
      // Nobody is there to stop it.
      void this.#studio.pause();
      this.#jobs?.halt();
    }
    this.tellState(this.#studio.state);
  }

  tellState(state: StudioState): void {
    for (const peer of this.#peers) {
      tell(peer, {
        tell: 'state',
        state,
        inControl: peer === this.#inControl,
        others: this.#peers.length - 1,
      });
    }
  }

  tellAll(told: Told): void {
    for (const peer of this.#peers) tell(peer, told);
  }

  /** Shows a picture to everyone, and to whoever joins later. */
  keep(picture: Picture, jpeg: Uint8Array): void {
    this.#kept.set(picture, jpeg);
    this.show(picture, jpeg);
  }

  show(picture: Picture, jpeg: Uint8Array): void {
    const message = packed(picture, jpeg);
    for (const peer of this.#peers) {
      if (peer.bufferedBytes() < MOST_BEHIND) peer.send(message);
    }
  }

  /** What a page said. Whatever is wrong with it, only that page hears of it. */
  async hear(peer: Peer, text: string): Promise<void> {
    try {
      await this.#grant(peer, parseAsk(text));
    } catch (error) {
      if (!(error instanceof ForesightError)) throw error;
      const field = error instanceof BadAsk ? { field: error.field } : {};
      tell(peer, { tell: 'refused', ...messageOf(error), ...field });
    }
  }

  #needJobs(ask: string): Jobs {
    ensure(this.#jobs !== null, `${ask}: nothing is started from this page`);
    return this.#jobs;
  }

  async #grant(peer: Peer, ask: Ask): Promise<void> {
    const studio = this.#studio;
    if (ask.ask === 'stop') {
      this.#jobs?.halt();
      return studio.stop();
    }
    if (ask.ask === 'control') {
      this.#inControl = peer;
      this.tellState(studio.state);
      return;
    }
    this.#inControl ??= peer;
    if (this.#inControl !== peer) {
      throw new ForesightError(`${ask.ask}: another page is in control`, { next: 'take control first' });
    }
    switch (ask.ask) {
      case 'goals':
        studio.setGoals(ask.goals);
        return;
      case 'goal-image':
        await studio.useGoalImage(ask.picture === null ? null : Buffer.from(ask.picture, 'base64'));
        return;
      case 'arm':
        await studio.arm();
        return;
      case 'start':
        studio.start();
        return;
      case 'pause':
        await studio.pause();
        return;
      case 'scene':
        await studio.scene(ask.seed);
        return;
      case 'drag':
        studio.drag(ask.from, ask.to);
        return;
      case 'begin':
        this.#needJobs(ask.ask).begin(ask.order);
        return;
      case 'end':
        this.#needJobs(ask.ask).end();
        return;
      case 'answer':
        this.#needJobs(ask.ask).answer(ask.text);
    }
  }
}

/** A message that means nothing here. */
class BadAsk extends ForesightError {
  readonly field: string;

  constructor(field: string, message: string) {
    super(`${field || 'message'}: ${message}`);
    this.field = field;
  }
}

function parseAsk(text: string): Ask {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadAsk('', 'expected JSON');
  }
  const result = askSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new BadAsk(issue.path.join('.'), issue.message);
}

function packed(picture: Picture, jpeg: Uint8Array): Uint8Array {
  const message = new Uint8Array(1 + jpeg.length);
  message[0] = PICTURES[picture];
  message.set(jpeg, 1);
  return message;
}

function tell(peer: Peer, told: Told): void {
  peer.send(JSON.stringify(told));
}
