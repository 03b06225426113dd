import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Controller, Observation } from '../../src/control/controller.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import type { Pixel } from '../../src/spec/pixel.ts';
import type { Frame } from '../../src/spec/frame.ts';
import { project } from '../../src/spec/projection.ts';
import { simTable } from '../../src/studio/sim-table.ts';
import type { StudioState } from '../../src/studio/state.ts';
import { Studio } from '../../src/studio/studio.ts';
import type { Task } from '../../src/spec/task.ts';
import { encodeJpeg } from '../../src/video/jpeg.ts';
import { resizeFrame } from '../../src/video/resize.ts';

const SEED = 5;
const GOAL: Pixel = { row: 40, col: 60 };

/** Goes up as fast as it can, and says that its point moves a pixel a step. */
function upwards(decide?: (seen: Observation) => void): Controller {
  let from: Pixel = { row: 0, col: 0 };
  return {
    name: 'upwards',
    begin: async ({ task }) => {
      from = task.goals[0].designated;
    },
    decide: async (seen) => {
      decide?.(seen);
      from = { row: from.row, col: from.col + 1 };
      return { action: [0, 0, 1], done: false, thought: { tracked: [{ pixel: from, confidence: 0.9 }] } };
    },
  };
}

const far = (a: Vector3, b: Vector3): number => Math.hypot(...a.map((v, d) => v - b[d]));
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a studio', () => {
  let sim: SimRig;
  let studio: Studio;
  let states: StudioState[];
  let object: Pixel;

  const open = async (
    controller: () => Promise<Controller>,
    maxSteps = 10,
    onGoalImage: (frame: Frame) => void = () => undefined,
  ): Promise<void> => {
    sim = await openSimRig({ seed: SEED });
    const rig = simTable(sim, { hz: 50, size: { height: 24, width: 32 }, onPicture: () => undefined });
    states = [];
    const onChange = (state: StudioState): unknown => states.push(state);
    studio = new Studio({ rig, controller, scene: SEED, maxSteps, onChange, onGoalImage });
    await studio.open();
    object = project(sim.rig.projection, sim.world().objectPoint(0));
  };
  beforeEach(() => open(async () => upwards()));
  afterEach(() => studio.close());

  const begin = async (): Promise<void> => {
    studio.setGoals([{ from: object, to: GOAL }]);
    await studio.arm();
    studio.start();
  };
  const until = async (phase: StudioState['phase']): Promise<void> => {
    while (studio.state.phase !== phase) await wait(20);
  };

  it('rests until it is armed, and starts only with points that have goals', async () => {
    expect(studio.state).toMatchObject({ phase: 'resting', goals: [], ending: null, problem: null });
    expect(() => studio.start()).toThrow('the robot is resting');
    await studio.arm();
    expect(() => studio.start()).toThrow('no point is chosen');
    studio.setGoals([{ from: object, to: null }]);
    expect(() => studio.start()).toThrow('a point has no goal yet');
    await expect(studio.arm()).rejects.toThrow('the robot is armed');
  });

  it('takes a goal image instead of points: what the camera sees, or a picture of its shape', async () => {
    const shown: Frame[] = [];
    const tasks: Task[] = [];
    const { pixel, goal } = { pixel: { row: 50, col: 60 }, goal: { row: 70, col: 80 } };
    const thought = { tracked: [{ pixel, confidence: 1, goal }] };
    await open(
      async () => ({
        name: 'looks',
        begin: async ({ task }) => void tasks.push(task),
        decide: async () => ({ action: [0, 0, 0], done: false, thought }),
      }),
      2,
      (frame) => shown.push(frame),
    );
    studio.setGoals([{ from: object, to: null }]);
    await studio.useGoalImage(null);
    expect(studio.state).toMatchObject({ goals: [], goalImage: 1 });
    const twice = await resizeFrame(shown[0], { height: 240, width: 320 });
    await studio.useGoalImage(await encodeJpeg(twice, 95));
    expect(studio.state.goalImage).toBe(2);
    expect(shown[1]).toMatchObject({ height: 120, width: 160 });
    await expect(studio.useGoalImage(Buffer.from('no picture'))).rejects.toThrow('goal image: not a picture');
    const square = await resizeFrame(shown[0], { height: 100, width: 100 });
    await expect(studio.useGoalImage(await encodeJpeg(square))).rejects.toThrow('got 100 by 100');

    await studio.arm();
    studio.start();
    await until('armed');
    // The first task was the one that warms up.
    expect(tasks.at(-1)).toMatchObject({ goals: [], goalImage: { frame: shown[1] } });
    expect(studio.state.goals).toEqual([{ from: pixel, to: goal, confidence: 1 }]);
    studio.setGoals([]);
    expect(studio.state.goalImage).toBe(null);
  });

  it('refuses pixels outside of the picture, and keeps what it had', () => {
    studio.setGoals([{ from: object, to: GOAL }]);
    expect(() => studio.setGoals([{ from: { row: 120, col: 0 }, to: null }])).toThrow('120 rows');
    expect(studio.state.goals).toHaveLength(1);
  });

  it('follows the point while it pushes, and is armed again when its steps have run out', async () => {
    await open(async () => upwards(), 2);
    await begin();
    expect(studio.state.phase).toBe('pushing');
    expect(() => studio.setGoals([])).toThrow('while nothing moves');
    await until('armed');
    expect(studio.state).toMatchObject({ ending: 'steps', step: 2 });
    expect(studio.state.goals[0]).toMatchObject({ to: GOAL, confidence: 0.9 });
    expect(studio.state.goals[0].from.col).toBeGreaterThan(object.col);
  });

  it('holds still at once when it is stopped in the middle of a move', async () => {
    await begin();
    await wait(250);
    const stopped = studio.stop();
    expect(studio.state.phase).not.toBe('pushing');
    const held = sim.world().tip();
    await wait(200);
    expect(far(sim.world().tip(), held)).toBeLessThan(0.004);
    await stopped;
    await wait(600);
    expect(far(sim.world().tip(), held)).toBeLessThan(0.004);
    expect(studio.state).toMatchObject({ phase: 'resting', ending: 'stopped' });
  });

  it('goes on after a pause from where the tracker last saw the point, with the steps that are left', async () => {
    await begin();
    await wait(700);
    await studio.pause();
    const { step, goals } = studio.state;
    expect(studio.state.phase).toBe('paused');
    expect(step).toBeGreaterThan(0);
    studio.start();
    await wait(700);
    expect(studio.state.step).toBeGreaterThan(step);
    expect(studio.state.goals[0].from.col).toBeGreaterThan(goals[0].from.col);
  });

  it('rests, and says why, when the controller fails', async () => {
    let calls = 0;
    await open(async () =>
      upwards(() => {
        // The first time is for warming up.
        if (++calls > 2) throw new Error('no idea');
      }),
    );
    await begin();
    await until('resting');
    expect(studio.state.problem).toEqual({ message: 'no idea' });
  });

  it('says so when the model cannot be opened', async () => {
    const failing = open(() => Promise.reject(new Error('no weights')));
    await expect(failing).rejects.toThrow('no weights');
    expect(studio.state).toMatchObject({ phase: 'opening', problem: { message: 'no weights' } });
    await expect(studio.scene(1)).rejects.toThrow('not ready yet');
  });

  it('makes other scenes, and forgets the points of the last', async () => {
    const before = sim.world().objectPoint(0);
    studio.setGoals([{ from: object, to: GOAL }]);
    await studio.scene(SEED + 1);
    expect(studio.state).toMatchObject({ scene: SEED + 1, goals: [], phase: 'resting' });
    expect(far(sim.world().objectPoint(0), before)).toBeGreaterThan(0.001);
    await studio.scene(SEED);
    expect(far(sim.world().objectPoint(0), before)).toBeLessThan(1e-6);
  });

  it('lets things be moved by hand, by as much as the hand goes', () => {
    const target = { row: object.row, col: object.col + 20 };
    studio.drag(object, target);
    const moved = project(sim.rig.projection, sim.world().objectPoint(0));
    expect(moved.col).toBeCloseTo(target.col, 0);
    expect(moved.row).toBeCloseTo(target.row, 0);
    expect(() => studio.drag({ row: 2, col: 2 }, target)).toThrow('nothing to move');
  });
});
