/** Starts a table in a process of its own, and tells it what shall happen to it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Pixel } from '../../src/spec/pixel.ts';
import type { Order, TableLook } from './table-process.ts';

const SCRIPT = join(import.meta.dirname, 'table-process.ts');

export interface TableHost {
  /** What a rig's file says of it. */
  readonly rig: Readonly<Record<string, unknown>>;
  look(): Promise<TableLook>;
  /** Where the camera sees the object. */
  object(): Promise<Pixel>;
  order(order: Exclude<Order, 'look' | 'object'>): Promise<void>;
  close(): Promise<void>;
}

export async function startTable(seed: number): Promise<TableHost> {
  const child = fork(SCRIPT, [String(seed)], { execArgv: ['--import', 'tsx'] });
  const heard = async (): Promise<unknown> => ((await once(child, 'message')) as [unknown])[0];
  const rig = (await heard()) as TableHost['rig'];
  /** One order after the other: each is answered once. */
  let last: Promise<unknown> = Promise.resolve();
  const ask = (order: Order): Promise<unknown> => {
    const answer = last.then(() => {
      const reply = heard();
      child.send(order);
      return reply;
    });
    last = answer;
    return answer;
  };
  return {
    rig,
    look: async () => (await ask('look')) as TableLook,
    object: async () => (await ask('object')) as Pixel,
    async order(order) {
      await ask(order);
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
