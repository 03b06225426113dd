import { expect, it } from 'vitest';
import { compare } from '../../src/bench/beside.ts';
import { durationsInTurn } from '../../src/bench/measure.ts';

it('compares pair by pair: what slows both down for a while changes neither ratio', () => {
  const first = [10, 10, 40, 10, 10];
  const second = [20, 20, 80, 20, 30];
  expect(compare('work', [first, second])).toEqual({
    what: 'work',
    unit: 'ms',
    median: [10, 20],
    p95: [expect.closeTo(34, 9), expect.closeTo(70, 9)],
    ratio: 2,
    repeats: 5,
  });
});

it('works in turn, after one warm-up of each', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => void order.push(name);
  const [first, second] = await durationsInTurn(2, [work('A'), work('B')]);
  expect(order.join('')).toBe('ABABAB');
  expect([first.length, second.length]).toEqual([2, 2]);
});
