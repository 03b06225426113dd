import { beforeAll, describe, expect, it } from 'vitest';
import { randomController, scriptedController } from '../../src/evaluation/baselines.ts';
import { evaluate, summarise, type EpisodeResult } from '../../src/evaluation/evaluate.ts';
import { oracleController } from '../../src/evaluation/oracle.ts';
import { pushSuite } from '../../src/evaluation/push-suite.ts';
import { COST_DEFAULTS } from '../../src/cost/rollout.ts';
import { createPlanner } from '../../src/planner/registry.ts';
import { resizeFrame } from '../../src/video/resize.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';

/** Development seeds start here; those below are for measuring. */
const SEED = 1000;
const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

let rig: SimRig;
beforeAll(async () => {
  rig = await openSimRig(pushSuite.scene);
  return () => rig.close();
});

/** Everything but the wall clock. */
const untimed = ({ planMs: _, missedDeadlines: __, ...rest }: EpisodeResult) => rest;

describe('the baselines', () => {
  it('the scripted pusher solves at least 5 of 6 tasks', async () => {
    const results = await evaluate(rig, scriptedController, {
      suite: pushSuite,
      seed: SEED,
      indices: indices(6),
    });
    expect(results.map(({ index }) => index)).toEqual(indices(6));
    expect(results.filter(({ success }) => success).length).toBeGreaterThanOrEqual(5);
    for (const { success, finalCm, startCm, steps, trackingPx } of results) {
      expect(success).toBe(finalCm <= 2.5);
      expect(startCm).toBeGreaterThan(7.9);
      expect(steps).toBeLessThanOrEqual(25);
      expect(trackingPx).toBeNull();
    }
  });

  it('random actions solve next to none', async () => {
    const options = { suite: pushSuite, seed: SEED, indices: indices(5) };
    const results = await evaluate(rig, () => randomController(3), options);
    expect(results.filter(({ success }) => success).length).toBeLessThanOrEqual(1);
    expect(results.every(({ steps }) => steps === 25)).toBe(true);
  });

  it('the simulator as perfect model solves a task, and leaves no trace of its thinking in the world', async () => {
    const settings = { candidates: 12, iterations: 1, horizon: 6, elites: 4, keptElites: 2 };
    const config = {
      horizon: 6,
      proposals: 10,
      doneShare: 0.32,
      metShare: 1,
      restShare: 0,
      worthPx: 0,
      finalists: 0,
      turnSearches: 1,
      copies: 1,
      shake: 0,
      commitment: 0,
      goalCost: 'pixels' as const,
      timestepS: 0.008,
      cost: COST_DEFAULTS,
    };
    const exactTimestepS = rig.world().timestepS();
    expect(exactTimestepS).toBeLessThan(config.timestepS);
    const [result] = await evaluate(
      rig,
      (live) => {
        const oracle = oracleController(live, createPlanner('icem', settings), config, resizeFrame);
        return {
          ...oracle,
          async decide(seen, timer) {
            const before = live.world().saveState().integration.slice();
            const decision = await oracle.decide(seen, timer);
            expect(live.world().saveState().integration).toEqual(before);
            expect(live.world().timestepS()).toBe(exactTimestepS);
            return decision;
          },
        };
      },
      { suite: pushSuite, seed: SEED, indices: [0] },
    );
    expect(result.success).toBe(true);
    expect(result.planMs.length).toBeGreaterThan(0);
  });
});

describe('evaluate', () => {
  it('gives the same results for the same seed, whatever the rig did before', async () => {
    const options = { suite: pushSuite, seed: SEED, indices: [2, 5] };
    const first = await evaluate(rig, () => randomController(3), options);
    await rig.reset(99);
    const again = await evaluate(rig, () => randomController(3), { ...options, indices: [5, 2] });
    expect(again.toReversed().map(untimed)).toEqual(first.map(untimed));
    const other = await evaluate(rig, () => randomController(3), { ...options, seed: SEED + 1 });
    expect(other.map(untimed)).not.toEqual(first.map(untimed));
  });

  it('shows each step with the truth of its start, and each task with its last frame', async () => {
    const events: string[] = [];
    const distances: number[] = [];
    const [result] = await evaluate(rig, scriptedController, {
      suite: pushSuite,
      seed: SEED,
      indices: [1],
      onStep: ({ goals: [{ goal }] }, { index, truth: [point], plate, frame }) => {
        events.push(`step ${index}`);
        distances.push(100 * Math.hypot(point[0] - goal[0], point[1] - goal[1]));
        expect(plate.data.length).toBe(frame.data.length);
      },
      onEpisode: (_result, _task, lastFrame) => {
        events.push('end');
        expect(lastFrame.height).toBe(rig.rig.frame.height);
      },
    });
    expect(events).toEqual([...indices(result.steps).map((step) => `step ${step}`), 'end']);
    expect(distances[0]).toBeCloseTo(result.startCm, 6);
    expect(distances.at(-1)).toBeLessThan(distances[0]);
  });

  it('stopped within a task answers with the tasks that were finished', async () => {
    const stop = new AbortController();
    const begun = new Set<number>();
    const results = await evaluate(rig, scriptedController, {
      suite: pushSuite,
      seed: SEED,
      indices: [0, 1, 2],
      signal: stop.signal,
      onStep: ({ seed }) => {
        begun.add(seed);
        if (begun.size === 2) stop.abort();
      },
    });
    expect(results.map(({ index }) => index)).toEqual([0]);
    expect(begun.size).toBe(2);
  });
});

describe('the success table', () => {
  const episode = (changed: Partial<EpisodeResult>): EpisodeResult => ({
    index: 0,
    success: false,
    startCm: 10,
    finalCm: 4,
    closestCm: 3,
    finalPx: 12,
    steps: 25,
    trackingPx: null,
    planMs: [],
    missedDeadlines: 0,
    ...changed,
  });

  it('sums episodes up: known numbers', () => {
    const episodes = [
      episode({ success: true, finalCm: 1, finalPx: 3, steps: 10, trackingPx: 0.5, planMs: [10, 30] }),
      episode({ success: true, finalCm: 2, finalPx: 6, steps: 15, trackingPx: 1.5, planMs: [20] }),
      episode({ finalCm: 9, startCm: 13, missedDeadlines: 3 }),
    ];
    const result = summarise('push', 'someone', 7, episodes);
    expect(result).toMatchObject({
      suite: 'push',
      controller: 'someone',
      seed: 7,
      finalCm: { mean: 4, median: 2 },
      finalPx: { mean: 7, median: 6 },
      startCm: 11,
      trackingPx: 1,
      planMs: { median: 20, p95: 29 },
      missedDeadlines: 3,
    });
    expect(result.steps).toBeCloseTo(50 / 3, 9);
    expect(result.success).toMatchObject({ successes: 2, trials: 3 });
    expect(result.episodes).toEqual(episodes);
  });

  it('says nothing of planning and tracking when there was none', () => {
    const { planMs, trackingPx } = summarise('push', 'random', 1, [episode({}), episode({})]);
    expect([planMs, trackingPx]).toEqual([null, null]);
  });
});
