import { expect, it } from 'vitest';
import { buildProgram } from '../../tools/foresight.ts';
import { orderSchema, wordsOf, type Order } from '../../src/jobs/orders.ts';

const folders = {
  dataDir: 'data',
  modelsDir: 'models',
  videosDir: 'videos',
  resultsDir: 'results',
  rigsDir: '.',
};
const orders: Order[] = [
  { job: 'collect', dataset: 'play', minutes: 10, seed: 3, policy: 'aimed' },
  { job: 'verify', dataset: 'play' },
  { job: 'train', dataset: 'play', model: 'mine', minutes: 15, seed: 1, network: 'rigid' },
  { job: 'evaluate', model: 'mine', suite: 'push', tasks: 20, seed: 7, beside: true },
  { job: 'calibrate', rig: 'desk.json', what: 'camera' },
  { job: 'calibrate', rig: 'desk.json', what: 'check' },
];

it.each(orders)('$job $what: the words are ones that the program knows', async (order) => {
  const words = wordsOf(order, folders);
  const program = await buildProgram(words);
  let command = program;
  for (const word of words) {
    const inner = command.commands.find((each) => each.name() === word);
    if (!inner) break;
    command = inner;
  }
  const known = command.options.map(({ long }) => long);
  expect(known).toEqual(expect.arrayContaining(['--json', ...words.filter((word) => word.startsWith('--'))]));
});

it.each(['../elsewhere', 'a/b', '.hidden', '', '-out', 'x'.repeat(65)])(
  '%j is no name of a folder',
  (name) => {
    expect(orderSchema.safeParse({ ...orders[0], dataset: name }).success).toBe(false);
  },
);

it('names stay in their folders', () => {
  expect(wordsOf(orders[2], folders)).toEqual([
    ...['train', '--data', 'data/play', '--out', 'models/mine'],
    ...['--minutes', '15', '--seed', '1', '--network', 'rigid'],
  ]);
});
