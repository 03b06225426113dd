/**
 * Seeded random numbers. Everything random in the project draws from here, so that the same seed gives the
 * same scene, the same play, the same plan, bit for bit, on every platform.
 */

/** A stream of random numbers whose whole future follows from its seed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Standard normal (Box-Muller, one value a call). */
  normal(): number;
  /** Integer in 0..n-1. */
  integer(n: number): number;
  /** One of the items, uniformly. */
  choice<T>(items: readonly T[]): T;
  /** The state, to be given back to `randomFromState` when a run resumes. */
  state(): number;
}

/** A stream that starts from `seed` (any integer). The generator is mulberry32. */
export function seededRandom(seed: number): Random {
  return randomFromState(seed >>> 0);
}

/** A stream that continues from a saved `state()`. */
export function randomFromState(state: number): Random {
  let s = state >>> 0;
  const next = (): number => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const random: Random = {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    normal: () => {
      let u = next();
      while (u === 0) u = next();
      return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * next());
    },
    integer: (n) => Math.floor(next() * n),
    choice: (items) => items[random.integer(items.length)],
    state: () => s,
  };
  return random;
}

/**
 * A seed for one named part of a seeded whole (`childSeed(seed, 'episode', 12)`), so that parts do not share
 * a stream and adding one part does not change the others. FNV-1a over the words, then a 32-bit mix.
 */
export function childSeed(seed: number, ...parts: readonly (string | number)[]): number {
  let h = (0x811c9dc5 ^ (seed >>> 0)) >>> 0;
  for (const character of parts.join('/')) {
    h = Math.imul(h ^ character.charCodeAt(0), 0x01000193) >>> 0;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
