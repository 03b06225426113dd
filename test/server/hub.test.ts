import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import { Hub, type Peer } from '../../src/server/hub.ts';
import type { Told } from '../../src/server/messages.ts';
import { PICTURES } from '../../src/server/pictures.ts';
import { simTable } from '../../src/studio/sim-table.ts';
import { Studio } from '../../src/studio/studio.ts';

/** A page's end of a socket that keeps what it is sent. */
class Listener implements Peer {
  readonly words: Told[] = [];
  readonly pictures: Uint8Array[] = [];
  behind = 0;

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.words.push(JSON.parse(data) as Told);
    else this.pictures.push(data);
  }

  bufferedBytes(): number {
    return this.behind;
  }

  /** The last message of a kind. */
  last<Kind extends Told['tell']>(kind: Kind): Extract<Told, { tell: Kind }> | undefined {
    return this.words.findLast((word): word is Extract<Told, { tell: Kind }> => word.tell === kind);
  }
}

describe('the hub', () => {
  let sim: SimRig;
  let studio: Studio;
  let hub: Hub;
  beforeEach(async () => {
    sim = await openSimRig({ seed: 2 });
    studio = new Studio({
      rig: simTable(sim, { hz: 20, size: { height: 24, width: 32 }, onPicture: () => undefined }),
      controller: async () => ({
        name: 'still',
        begin: async () => undefined,
        decide: async () => ({ action: [0, 0, 0], done: false, thought: { tracked: [] } }),
      }),
      scene: 2,
      maxSteps: 100,
      onChange: (state) => hub.tellState(state),
    });
    hub = new Hub(studio, { tell: 'welcome', frame: sim.rig.frame, simulated: true, choices: null });
    await studio.open();
  });
  afterEach(() => studio.close());

  const say = (peer: Peer, what: unknown): Promise<void> => hub.hear(peer, JSON.stringify(what));

  it('gives the first page control, and tells every page what is so', async () => {
    const [first, second] = [new Listener(), new Listener()];
    hub.join(first);
    hub.join(second);
    expect(first.words[0]).toEqual({
      tell: 'welcome',
      frame: { height: 120, width: 160 },
      simulated: true,
      choices: null,
    });
    expect(first.last('state')).toMatchObject({ inControl: true, others: 1, state: { phase: 'resting' } });
    expect(second.last('state')).toMatchObject({ inControl: false, others: 1 });
    await say(first, { ask: 'arm' });
    for (const page of [first, second])
      expect(page.last('state')).toMatchObject({ state: { phase: 'armed' } });
  });

  it('lets another page take control; without it there is nothing but to stop', async () => {
    const [first, second] = [new Listener(), new Listener()];
    hub.join(first);
    hub.join(second);
    await say(second, { ask: 'arm' });
    expect(second.last('refused')).toMatchObject({ message: 'arm: another page is in control' });
    expect(first.last('refused')).toBeUndefined();
    await say(second, { ask: 'control' });
    await say(second, { ask: 'arm' });
    expect(studio.state.phase).toBe('armed');
    await say(first, { ask: 'stop' });
    expect(studio.state.phase).toBe('resting');
  });

  it.each([
    ['not JSON', '{"ask":', undefined, 'expected JSON'],
    ['an unknown wish', '{"ask":"dance"}', 'ask', 'ask'],
    ['a wish too many', '{"ask":"arm","now":true}', '', 'now'],
    [
      'a pixel that is none',
      '{"ask":"goals","goals":[{"from":{"row":"a","col":2},"to":null}]}',
      'goals.0.from.row',
      'number',
    ],
    ['a negative pixel', '{"ask":"drag","from":{"row":-1,"col":2},"to":{"row":1,"col":2}}', 'from.row', '0'],
  ])('refuses %s, and names what is wrong with it', async (_name, text, field, reason) => {
    const page = new Listener();
    hub.join(page);
    await hub.hear(page, text);
    const refusal = page.last('refused');
    expect(refusal?.message).toContain(reason);
    if (field !== undefined) expect(refusal?.field).toBe(field);
    expect(studio.state.phase).toBe('resting');
  });

  it('sends pictures to those who keep up, words to all', () => {
    const [quick, slow] = [new Listener(), new Listener()];
    hub.join(quick);
    hub.join(slow);
    slow.behind = 1e6;
    hub.show('live', Uint8Array.of(7, 8));
    expect(quick.pictures).toEqual([Uint8Array.of(PICTURES.live, 7, 8)]);
    expect(slow.pictures).toEqual([]);
    const heard = slow.words.length;
    hub.tellState(studio.state);
    expect(slow.words.length).toBe(heard + 1);
    expect(hub.isWatched).toBe(true);
  });

  it('pauses when the page in control is gone; the next one that asks has it', async () => {
    const [first, second] = [new Listener(), new Listener()];
    hub.join(first);
    hub.join(second);
    await say(first, { ask: 'arm' });
    await say(first, { ask: 'goals', goals: [{ from: { row: 60, col: 80 }, to: { row: 60, col: 90 } }] });
    await say(first, { ask: 'start' });
    expect(studio.state.phase).toBe('pushing');
    hub.leave(second);
    expect(studio.state.phase).toBe('pushing');
    hub.join(second);
    hub.leave(first);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(studio.state.phase).toBe('paused');
    await say(second, { ask: 'start' });
    expect(studio.state.phase).toBe('pushing');
    expect(second.last('state')).toMatchObject({ inControl: true, others: 0 });
  });
});
