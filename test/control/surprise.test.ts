import { describe, expect, it } from 'vitest';
import { FORESIGHT_DEFAULTS } from '../../src/control/foresight-config.ts';
import { cautious, surpriseAfter } from '../../src/control/surprise.ts';

const at = (row: number, col: number) => ({ row, col });
const seen = (row: number, col: number) => ({ pixel: at(row, col), unseenFrames: 0 });

describe('surprise', () => {
  it('is the running mean of how far a designated pixel is from where it was expected', () => {
    const once = surpriseAfter(0, [at(10, 10)], [seen(10, 18)]);
    expect(once).toBe(4);
    expect(surpriseAfter(once, [at(10, 18)], [seen(10, 18)])).toBe(2);
  });

  it('counts the point that surprises most, and none that is out of sight', () => {
    const expected = [at(0, 0), at(0, 0), at(0, 0)];
    const hidden = { pixel: at(50, 50), unseenFrames: 1 };
    expect(surpriseAfter(0, expected, [seen(0, 2), seen(3, 4), hidden])).toBe(2.5);
    expect(surpriseAfter(7, [at(0, 0)], [hidden])).toBe(7);
  });

  it('shakes plans more, within bounds, and takes credit from the last one', () => {
    const calm = cautious(FORESIGHT_DEFAULTS, 0);
    const [some, much] = [2, 100].map((px) => cautious(FORESIGHT_DEFAULTS, px));
    expect(calm).toEqual(FORESIGHT_DEFAULTS);
    expect(some.shake / calm.shake).toBeCloseTo(1.5);
    expect(some.commitment / calm.commitment).toBeCloseTo(0.5);
    expect(much.shake / calm.shake).toBeCloseTo(3);
    expect(much.commitment).toBe(0);
  });
});
