import { describe, expect, it } from 'vitest';
import type { Controller, Observation } from '../../src/control/controller.ts';
import { aimedPolicy } from '../../src/play/aimed-policy.ts';
import type { PlayPolicy } from '../../src/play/policy.ts';
import { practicePolicy } from '../../src/practice/practice-policy.ts';
import { applyAction, type Action, type Vector3 } from '../../src/spec/action.ts';
import { seededRandom } from '../../src/spec/random.ts';
import type { Task } from '../../src/spec/task.ts';
import { syntheticEpisode, syntheticRig } from '../dataset/synthetic.ts';

const { moments, plate } = syntheticEpisode(3, 4);
const { frame } = moments[0];
/** It points away: nothing of the square is hidden. */
const arm = { jointsRad: [2.5, 0], tip: moments[0].arm.tip };

/** Goes to the left at full speed, and is done after so many choices; keeps what it was told. */
function goesLeft(doneAfter: number): { controller: Controller; tasks: Task[]; told: Observation[] } {
  const tasks: Task[] = [];
  const told: Observation[] = [];
  let choices = 0;
  const controller: Controller = {
    name: 'goes left',
    begin: async ({ task }) => {
      tasks.push(task);
      choices = 0;
    },
    decide: async (observation) => {
      told.push(observation);
      return { action: [-1.5, 0, 0], done: ++choices > doneAfter, thought: { tracked: [] } };
    },
  };
  return { controller, tasks, told };
}

function policyOf(controller: Controller, seed = 4): PlayPolicy {
  const setting = { rig: syntheticRig, random: seededRandom(seed) };
  return practicePolicy(setting, controller, aimedPolicy(setting));
}

/** Plays one episode with a picture that always shows the same; where the tip was told to go, and what was asked for. */
async function play(
  policy: PlayPolicy,
  steps: number,
  shown = frame,
): Promise<{ targets: Vector3[]; actions: Action[] }> {
  await policy.begin(plate);
  let target: Vector3 = [0.1, 0.05, 0.03];
  const targets: Vector3[] = [];
  const actions: Action[] = [];
  for (let t = 0; t < steps; t++) {
    const action = await policy.act({ frame: shown, arm, target });
    ({ target } = applyAction(syntheticRig.action, syntheticRig.workspace, target, action));
    targets.push(target);
    actions.push(action);
  }
  await policy.end?.();
  return { targets, actions };
}

describe('practice', () => {
  it('gives the controller a goal that was seen, and carries out what it chooses', async () => {
    const { controller, tasks } = goesLeft(100);
    const { actions, targets } = await play(policyOf(controller), 10);
    expect(tasks).toHaveLength(1);
    expect(tasks[0].goals).toHaveLength(1);
    expect(tasks[0].goals[0].designated).toEqual({ row: 10.5, col: 6.5 });
    expect(actions).toEqual(actions.map(() => [-1.5, 0, 0]));
    expect(targets[9][0]).toBeCloseTo(syntheticRig.workspace.low[0], 9);
  });

  it('chooses the next action while one is carried out, which it tells as it will be sent', async () => {
    const { controller, told } = goesLeft(100);
    await play(policyOf(controller), 9);
    // The first choice at rest, then one a step.
    expect(told).toHaveLength(10);
    expect(told[0].inFlight).toEqual([0, 0, 0]);
    told[1].inFlight.forEach((a, d) => expect(a).toBeCloseTo([-1, 0, 0][d], 9));
    expect(told[1].target).toEqual([0.1, 0.05, 0.03]);
    // At the workspace's edge nothing can be sent any more.
    expect(told[9].inFlight[0]).toBeCloseTo(0, 9);
  });

  it('sets out for another goal when one is reached, and when one is not reached in 20 steps', async () => {
    const quick = goesLeft(4);
    await play(policyOf(quick.controller), 25);
    expect(quick.tasks.length).toBeGreaterThanOrEqual(5);
    const slow = goesLeft(1000);
    await play(policyOf(slow.controller), 41);
    expect(slow.tasks).toHaveLength(3);
    const goals = new Set(
      [...quick.tasks, ...slow.tasks].map(({ goals: [{ goal }] }) => JSON.stringify(goal)),
    );
    expect(goals.size).toBeGreaterThan(4);
  });

  it('plays plainly while nothing is there to push, the same from the same seed', async () => {
    const { controller, tasks } = goesLeft(5);
    const { actions } = await play(policyOf(controller), 30, plate);
    expect(tasks).toHaveLength(0);
    expect(new Set(actions.map(String)).size).toBeGreaterThan(20);
    expect((await play(policyOf(controller), 30, plate)).actions).toEqual(actions);
    expect((await play(policyOf(controller, 5), 30, plate)).actions).not.toEqual(actions);
  });

  it('waits for its last choice when the episode ends', async () => {
    let underWay = 0;
    const controller: Controller = {
      name: 'slow',
      begin: async () => {},
      decide: async () => {
        underWay++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        underWay--;
        return { action: [0, 0, 0], done: false, thought: { tracked: [] } };
      },
    };
    await play(policyOf(controller), 3);
    expect(underWay).toBe(0);
  });
});
