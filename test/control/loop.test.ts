import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Controller, Decision, Observation } from '../../src/control/controller.ts';
import { runTask, type ControlStep, type RunOptions, type RunResult } from '../../src/control/loop.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import type { LiveRig } from '../../src/rig/live-rig.ts';
import type { Action, Vector3 } from '../../src/spec/action.ts';
import type { Frame } from '../../src/spec/frame.ts';

let rig: SimRig;
let plate: Frame;
beforeEach(async () => {
  rig = await openSimRig({ objects: 1 });
  ({ plate } = await rig.reset(1));
  // In the middle of the workspace, above the objects.
  await rig.robot.arm();
  for (let step = 0; step < 6; step++) {
    const [x, y, z] = rig.robot.target();
    await rig.robot.send([-x / 0.04, -y / 0.04, (0.085 - z) / 0.04]);
    await rig.clock.endOfStep();
  }
});
afterEach(() => rig.close());

/** A controller that answers from a function, and remembers everything it saw. */
function controller(
  choose: (seen: Observation, count: number) => Partial<Decision> | Promise<Partial<Decision>>,
  instant = false,
): Controller & { seen: Observation[]; begun: number } {
  const self = {
    name: 'test',
    instant,
    begun: 0,
    seen: [] as Observation[],
    begin: async () => {
      self.begun++;
    },
    async decide(observation: Observation): Promise<Decision> {
      self.seen.push(observation);
      const chosen = await choose(observation, self.seen.length);
      return { action: [0, 0, 0], done: false, thought: { tracked: [] }, ...chosen };
    },
  };
  return self;
}

const task = (maxSteps: number) => ({
  goals: [{ designated: { row: 50, col: 80 }, goal: { row: 60, col: 90 } }],
  maxSteps,
});

async function run(
  chooser: Controller,
  maxSteps: number,
  options: Partial<RunOptions> & { live?: LiveRig } = {},
): Promise<{ result: RunResult; steps: ControlStep[] }> {
  const steps: ControlStep[] = [];
  const { live = rig, ...rest } = options;
  const result = await runTask(live, chooser, {
    plate,
    task: task(maxSteps),
    seed: 1,
    onStep: (step) => {
      steps.push(step);
    },
    ...rest,
  });
  return { result, steps };
}

const apart = (a: Vector3, b: Vector3): number => Math.hypot(...a.map((v, d) => v - b[d]));

/** Told to stay exactly where it is, which an arm that merely arrived never is. */
async function holds(): Promise<boolean> {
  return apart(rig.robot.target(), (await rig.robot.state()).tip) < 1e-12;
}

describe('the control loop', () => {
  it('sends what was chosen during the step before, and reports what was SENT', async () => {
    const choices: Action[] = [[1, 0, 0], [0, 0.5, 0], [5, 0, -9], [0, 0, 0]]; // prettier-ignore
    const chooser = controller((_, count) => ({ action: choices[count - 1] }));
    const before = rig.robot.target();
    const { result, steps } = await run(chooser, 3);
    expect(result.steps).toBe(3);
    expect(chooser.begun).toBe(1);
    expect(steps.map(({ index }) => index)).toEqual([0, 1, 2]);
    const [first, second, third] = steps.map(({ sent }) => sent);
    first.forEach((a, d) => expect(a).toBeCloseTo([1, 0, 0][d], 6));
    second.forEach((a, d) => expect(a).toBeCloseTo([0, 0.5, 0][d], 6));
    // Clamped to -1..1.
    third.forEach((a, d) => expect(a).toBeCloseTo([1, 0, -1][d], 6));
    const moved = rig
      .world()
      .tip()
      .map((v, d) => v - before[d]);
    [0.08, 0.02, -0.04].forEach((v, d) => expect(moved[d]).toBeCloseTo(v, 2));
    expect(steps.map(({ decision }) => decision.action)).toEqual(choices.slice(1));
  });

  it('tells the controller which action is in flight, and what was seen when it was sent', async () => {
    const chooser = controller((_, count) => ({ action: [0.3 * count, 0, 0] }));
    const { result, steps } = await run(chooser, 3);
    const [still, ...during] = chooser.seen;
    expect(still.inFlight).toEqual([0, 0, 0]);
    expect(during).toHaveLength(3);
    during.forEach((seen, t) => {
      expect(seen.inFlight).toEqual(steps[t].sent);
      expect(seen.frame).toBe(steps[t].frame);
      expect(seen.arm).toBe(steps[t].arm);
      // From `target`, the action in flight leads on.
      if (t > 0) expect(apart(seen.target, during[t - 1].target)).toBeCloseTo(0.04 * 0.3 * t, 2);
    });
    expect(result.lastFrame).not.toBe(steps[2].frame);
    expect(result.lastFrame.data).not.toEqual(steps[0].frame.data);
  });

  it('an instant controller chooses for the step that begins, nothing in flight', async () => {
    const chooser = controller((_, count) => ({ action: [0.2 * count, 0, 0] }), true);
    const { steps } = await run(chooser, 3);
    for (const { inFlight } of chooser.seen) expect(inFlight).toEqual([0, 0, 0]);
    steps.forEach(({ sent, frame, decision }, t) => {
      expect(sent[0]).toBeCloseTo(0.2 * (t + 1), 6);
      expect(decision.action[0]).toBeCloseTo(sent[0], 6);
      // What it chose from is what was there when the step began.
      expect(chooser.seen[t].frame).toBe(frame);
    });
  });

  it('holds at the end', async () => {
    const moving = controller(() => ({ action: [1, 0, 0] }));
    // A rig that does not hold shows that the question has two answers.
    await run(moving, 2, { live: { ...rig, robot: { ...rig.robot, hold: async () => {} } } });
    expect(await holds()).toBe(false);
    await run(moving, 2);
    expect(await holds()).toBe(true);
  });

  it.each([
    ['the controller fails', { failing: 'decide' }],
    ['the one who watches fails', { failing: 'onStep' }],
  ])('holds, and passes the error on, when %s', async (_, { failing }) => {
    const chooser = controller((_seen, count) => {
      if (failing === 'decide' && count === 3) throw new Error('model lost');
      return { action: [1, 0, 0] };
    });
    const onStep = ({ index }: ControlStep): void => {
      if (failing === 'onStep' && index === 1) throw new Error('model lost');
    };
    await expect(run(chooser, 9, { onStep })).rejects.toThrow('model lost');
    expect(await holds()).toBe(true);
    expect(chooser.seen).toHaveLength(3);
  });

  it('stops after the step during which it is aborted, and holds', async () => {
    const stop = new AbortController();
    const chooser = controller(() => ({ action: [1, 0, 0] }));
    const onStep = ({ index }: ControlStep): void => {
      if (index === 1) stop.abort();
    };
    const { result } = await run(chooser, 9, { onStep, signal: stop.signal });
    expect(result).toMatchObject({ steps: 2, ending: 'stopped' });
    expect(await holds()).toBe(true);
  });

  it('moves nothing when it is aborted before it starts', async () => {
    const before = (await rig.robot.state()).tip;
    const chooser = controller(() => ({ action: [1, 0, 0] }));
    expect((await run(chooser, 9, { signal: AbortSignal.abort() })).result.steps).toBe(0);
    expect(apart((await rig.robot.state()).tip, before)).toBe(0);
  });

  it('ends when the controller is done and, looking again, still says so', async () => {
    const chooser = controller((_, count) => (count >= 3 ? { done: true } : { action: [0.5, 0, 0] }));
    const { result } = await run(chooser, 9);
    expect(result).toMatchObject({ steps: 2, ending: 'done' });
    expect(chooser.seen).toHaveLength(4);
    // The second look has nothing in flight and sees where the last action led.
    expect(chooser.seen[3].inFlight).toEqual([0, 0, 0]);
    expect(chooser.seen[3].frame).toBe(result.lastFrame);
    expect(await holds()).toBe(true);
  });

  it('goes on when the controller, looking again, is not done after all', async () => {
    const chooser = controller((_, count) => ({ done: count === 3 }));
    const { result } = await run(chooser, 5);
    expect(result).toMatchObject({ steps: 5, ending: 'steps' });
  });

  it('ends, holding still, when the controller needs a click and, looking again, still does', async () => {
    const lost = controller((_, count) => (count >= 3 ? { needsClick: true } : { action: [0.5, 0, 0] }));
    const { result } = await run(lost, 9);
    expect(result).toMatchObject({ steps: 2, ending: 'lost' });
    expect(lost.seen[3].inFlight).toEqual([0, 0, 0]);
    expect(await holds()).toBe(true);

    const found = controller((_, count) => ({ needsClick: count === 3 }));
    expect((await run(found, 5)).result).toMatchObject({ steps: 5, ending: 'steps' });
  });

  it('counts steps in which choosing took longer than a control step', async () => {
    const late = controller(async (_, count) => {
      if (count === 2 || count === 4) await sleep(30);
      return {};
    });
    const hurried = { ...rig, rig: { ...rig.rig, controlHz: 1000 / 15 } };
    const { result, steps } = await run(late, 4, { live: hurried });
    const missed = steps.map(({ missedDeadline }) => missedDeadline);
    expect([missed[0], missed[2]]).toEqual([true, true]);
    expect(result.missedDeadlines).toBe(missed.filter(Boolean).length);
    for (const { choiceMs, missedDeadline } of steps) expect(missedDeadline).toBe(choiceMs > 15);

    // The first choice, before anything moves, has all the time in the world.
    const slowStart = controller(async (_, count) => {
      if (count === 1) await sleep(30);
      return {};
    });
    const patient = { ...rig, rig: { ...rig.rig, controlHz: 0.01 } };
    const unhurried = await run(slowStart, 3, { live: patient });
    expect(unhurried.result.missedDeadlines).toBe(0);
    expect(unhurried.result.sections.send).toHaveLength(3);
    expect(unhurried.result.sections.observe).toHaveLength(3);
  });
});
