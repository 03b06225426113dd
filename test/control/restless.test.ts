import { describe, expect, it } from 'vitest';
import { startNow, underWay } from '../../src/control/restless.ts';

const sequence = (...values: number[]): Float32Array => Float32Array.from(values);
const DIMS = 2;

describe('restlessness', () => {
  it('leaves out what a sequence waits for, action by action, and stands still for as long at its end', () => {
    expect(startNow(sequence(0, 0, 0.05, 0, 0, 1, 0.5, 0), DIMS)).toEqual(sequence(0, 1, 0.5, 0, 0, 0, 0, 0));
    const busy = sequence(0, -1, 0, 0);
    expect(startNow(busy, DIMS)).toEqual(busy);
    expect(startNow(sequence(0, 0.05, 0, 0), DIMS)).toBeNull();
  });

  it('carries out the best plan that does something', () => {
    const [still, waiting, other] = [sequence(0, 0, 0, 0), sequence(0, 0, 1, 1), sequence(1, 0, 0, 0)];
    const plan = { actions: still, elites: [still, waiting, other], mean: still, cost: 1, iterations: [] };
    const after = underWay(plan, DIMS);
    expect(after.actions).toEqual(sequence(1, 1, 0, 0));
    expect(after.elites).toEqual([other]);
    expect(after).toMatchObject({ cost: 1, mean: still });
  });

  it('stands still where there is nothing else', () => {
    const still = sequence(0, 0);
    const plan = { actions: still, elites: [still], mean: still, cost: 1, iterations: [] };
    expect(underWay(plan, DIMS)).toBe(plan);
  });
});
