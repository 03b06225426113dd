import { expect, it } from 'vitest';
import { defaultNetwork } from '../../src/model/registry.ts';
import { checkpointCard, type CardFacts } from '../../src/training/card.ts';
import { trainingSchema } from '../../src/training/config.ts';

const error = { model: [0.5, 1], nothingMoves: [1, 2] };
const facts: CardFacts = {
  dir: 'models/mine',
  network: defaultNetwork('rigid'),
  config: trainingSchema.parse({ budget: { minutes: 12 }, metricsHorizon: 2 }),
  rig: 'sim',
  data: { dataset: 'data/play', episodes: 288, minutes: 60 },
  macs: 33_120_000,
  step: 1755,
  elapsedMs: 672_000,
  metrics: {
    psnr: 26.31,
    ssim: 0.9155,
    moved: { windows: 3, ...error },
    unmoved: { windows: 1, ...error },
    movedCm: { model: [0.25, 0.75], nothingMoves: [0.5, 1.5] },
  },
};

it('says what it cost to train and what it costs to predict, and how far off it is', () => {
  const card = checkpointCard(facts);
  expect(card).toContain('Network: 33.1 million multiply-accumulates a predicted frame; cells 24, ');
  expect(card).toContain('1755 steps of 32 windows in 11.2 minutes');
  expect(card).toContain('| 2 | 1.00 (2.00) | 0.75 (1.50) | 1.00 (2.00) |');
});

it('claims nothing about points where the play has no truth', () => {
  const none = { windows: 0, model: [0, 0], nothingMoves: [0, 0] };
  const card = checkpointCard({ ...facts, metrics: { ...facts.metrics, moved: none, unmoved: none } });
  expect(card).toContain('no truth to measure against');
  expect(card).not.toContain('0.00 (0.00)');
});

it('has the command that trains it again, with what is not the default', () => {
  const command = (network: CardFacts['network']): string =>
    checkpointCard({ ...facts, network }).split('\n')[5];
  const usual = 'npx foresight train --data data/play --out models/mine';
  expect(command(facts.network)).toBe(`${usual} --minutes 12 --seed 1`);
  expect(command(defaultNetwork('cdna'))).toBe(`${usual} --network cdna --minutes 12 --seed 1`);
  expect(command(defaultNetwork('sna', { width: 0.25, kernel: 9 }))).toBe(
    `${usual} --network sna --network-options width=0.25,kernel=9 --minutes 12 --seed 1`,
  );
});
