import { describe, expect, it } from 'vitest';
import { firstEpisodes, playMinutes } from '../../src/dataset/splits.ts';

/** Of 25 control steps each, at 2 a second: 12.5 seconds. */
const episodes = Array.from({ length: 10 }, () => ({ length: 26 }));

describe('the first minutes of play', () => {
  it.each([
    [0.1, 1],
    [12.5 / 60, 1],
    [0.21, 1], // 25.2 control steps, that is 25
    [0.22, 2],
    [1, 5],
    [125 / 60, 10],
  ])('%f minutes are the first %i episodes', (minutes, count) => {
    expect(firstEpisodes(episodes, minutes, 2)).toBe(count);
  });

  it('that were never played are an error that says how to play them', () => {
    expect(() => firstEpisodes(episodes, 3, 2)).toThrow('holds 2.1 minutes, fewer than the 3 asked for');
  });

  it('are counted in control steps, not frames', () => {
    expect(playMinutes([{ length: 121 }, { length: 61 }], 2)).toBe(1.5);
  });
});
