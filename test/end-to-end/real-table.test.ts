/**
 * The whole way on a table that is real to the programs: the SO-101's driver on a serial line, ffmpeg on a stream, the wall
 * clock. What moves and what is seen is simulated, in another process. First what goes well, then what does not.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openDataset } from '../../src/dataset/reader.ts';
import { verifyDataset } from '../../src/dataset/verify.ts';
import { readRig } from '../../src/rig/rig-file.ts';
import { apart } from '../../src/rig/travel.ts';
import { startTable, type TableHost } from '../emulator/table-host.ts';
import { foresight, foresightJson, type Outcome, type RunOptions } from '../tools/run-foresight.ts';

const EPISODE_STEPS = 3;
/** At 2 control steps a second: this many episodes. */
const minutes = (episodes: number): string => String((episodes * EPISODE_STEPS) / 120);
const collectWords = (episodes: number): string[] => [
  ...`collect --rig desk.json --out play --policy wandering --episode-steps ${EPISODE_STEPS}`.split(' '),
  ...['--minutes', minutes(episodes)],
];
/** Short predictions and few windows: what is learnt does not matter here. */
const QUICK = {
  batch: 2,
  metricsHorizon: 1,
  schedule: { warmupSteps: 1, horizons: [{ from: 0, horizon: 1 }] },
};

interface Desk {
  readonly table: TableHost;
  /** A folder with the rig's file. */
  readonly cwd: string;
  clear(): Promise<void>;
}

async function setUp(seed: number): Promise<Desk> {
  const table = await startTable(seed);
  // Tests run side by side here: a folder that belongs to no test in particular.
  const cwd = await mkdtemp(join(tmpdir(), 'foresight-'));
  await writeFile(join(cwd, 'desk.json'), JSON.stringify(table.rig));
  const clear = async (): Promise<void> => {
    await table.close();
    await rm(cwd, { recursive: true, force: true });
  };
  return { table, cwd, clear };
}

/** How far the tip goes in a while in which nobody should move it, metres. */
async function creep(table: TableHost): Promise<number> {
  const { tip } = await table.look();
  await sleep(400);
  return apart(tip, (await table.look()).tip);
}

/** doctor finds arm and camera well, and nothing moves. */
async function askDoctor({ table, cwd }: Desk): Promise<void> {
  // Its exit code is not asked for: a busy machine's camera may be slow, and nobody has measured its latency.
  const { stdout } = await foresight(['doctor', '--rig', 'desk.json', '--json'], { cwd });
  const findings = JSON.parse(stdout) as object[];
  for (const part of ['serial port', 'servos', 'calibration', 'camera'])
    expect(findings).toContainEqual(expect.objectContaining({ part, ok: true }));
  expect((await table.look()).goals).toBe(0);
}

/** collect plays, and records what was sent with this rig. */
async function play({ table, cwd }: Desk): Promise<void> {
  const before = await table.look();
  expect(await foresightJson(collectWords(3), { cwd })).toMatchObject({ episodes: 3, complete: true });
  const after = await table.look();
  expect(after.goals).toBeGreaterThan(100);
  expect(apart(after.tip, before.tip)).toBeGreaterThan(0.02);
  expect(await creep(table)).toBeLessThan(0.001);
  expect(after.torque).toEqual([false, false, false, false, false, false]);

  expect((await verifyDataset(join(cwd, 'play'))).problems).toEqual([]);
  const dataset = await openDataset(join(cwd, 'play'));
  expect(dataset.rig).toEqual(await readRig(join(cwd, 'desk.json')));
  let [along, sent] = [0, 0];
  for (const { index } of dataset.episodes) {
    const { actions, states } = await dataset.readRows(index);
    expect(states).toHaveLength(EPISODE_STEPS + 1);
    for (let t = 0; t < EPISODE_STEPS; t++) {
      for (let d = 0; d < 3; d++) {
        const metres = actions[t][d] * dataset.rig.action.scale[d];
        expect(Math.abs(actions[t][d])).toBeLessThanOrEqual(1);
        // The state holds five joints, then the tip, metres.
        along += metres * (states[t + 1][5 + d] - states[t][5 + d]);
        sent += metres * metres;
      }
    }
  }
  // The arm went where it was sent, within what servos leave open.
  expect(sent).toBeGreaterThan(0.001);
  expect(along / sent).toBeGreaterThan(0.8);
  expect(along / sent).toBeLessThan(1.2);
}

/** train, then act: the arm moves by what the model plans, and stands still. */
async function learnAndPush({ table, cwd }: Desk): Promise<void> {
  await writeFile(join(cwd, 'quick.json'), JSON.stringify(QUICK));
  const training = 'train --data play --out model --steps 2 --seed 5 --config quick.json';
  expect(await foresightJson(training.split(' '), { cwd })).toMatchObject({ finished: true });
  const before = await table.look();
  const { row, col } = await table.object();
  const [from, to] = [`${row.toFixed(1)},${col.toFixed(1)}`, `${(row + 20).toFixed(1)},${col.toFixed(1)}`];
  const words = `act --rig desk.json --model model --from ${from} --to ${to} --steps 2`;
  const planner = '--planner-options candidates=8,iterations=1,horizon=2';
  const acted = (await foresightJson(`${words} ${planner}`.split(' '), { cwd })) as {
    ending: string;
    steps: { sent: number[] }[];
  };
  expect(acted.ending).toBe('steps');
  expect(acted.steps).toHaveLength(2);
  for (const { sent } of acted.steps) expect(Math.hypot(...sent)).toBeGreaterThan(0.1);
  const after = await table.look();
  expect(after.goals - before.goals).toBeGreaterThan(50);
  expect(apart(after.tip, before.tip)).toBeGreaterThan(0.01);
  expect(await creep(table)).toBeLessThan(0.001);
}

// Side by side: most of the time all of them wait for an arm.
describe('a real table', { timeout: 180_000, concurrent: true }, () => {
  test('from play to a push: doctor, collect, train, act', async () => {
    const desk = await setUp(4);
    try {
      await askDoctor(desk);
      await play(desk);
      await learnAndPush(desk);
    } finally {
      await desk.clear();
    }
  });

  interface Accident {
    readonly outcome: Outcome;
    /** How far the tip went after the command had ended, metres. */
    readonly crept: number;
    readonly torque: readonly boolean[];
    /** Episodes that are whole. */
    readonly episodes: number;
  }

  /** Collects until an episode is on disk, lets something happen to the next, and looks at what is left. */
  async function meanwhile(
    happen: (table: TableHost) => Promise<void>,
    options: RunOptions = {},
  ): Promise<Accident> {
    const desk = await setUp(6);
    const { table, cwd } = desk;
    try {
      let hasHappened = false;
      const isKilled = options.interruptWith !== undefined;
      const outcome = await foresight(collectWords(1000), {
        cwd,
        interruptAfter: async () => {
          if (hasHappened || !existsSync(join(cwd, 'play/meta/episodes'))) return false;
          hasHappened = true;
          await happen(table);
          return isKilled;
        },
        ...options,
      });
      const crept = await creep(table);
      expect((await foresight(['dataset', 'verify', 'play'], { cwd })).code).toBe(0);
      const { total_episodes } = JSON.parse(await readFile(join(cwd, 'play/meta/info.json'), 'utf8')) as {
        total_episodes: number;
      };
      return { outcome, crept, torque: (await table.look()).torque, episodes: total_episodes };
    } finally {
      await desk.clear();
    }
  }

  test('while it collects, its camera freezes', async () => {
    const { outcome, crept, episodes } = await meanwhile((table) => table.order('freezeCamera'));
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^error: camera http:.*: frozen, open but no new picture for 5\.\d s$/m);
    expect(outcome.stderr).toContain('next: unplug it and plug it in again');
    expect(crept).toBeLessThan(0.001);
    expect(episodes).toBeGreaterThanOrEqual(1);
  });

  test('while it collects, its camera is gone', async () => {
    const { outcome, crept, episodes } = await meanwhile((table) => table.order('unplugCamera'));
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^error: camera http:.*: gone, no picture for 5\.\d s/m);
    expect(outcome.stderr).toContain('next: look whether it is plugged in');
    expect(crept).toBeLessThan(0.001);
    expect(episodes).toBeGreaterThanOrEqual(1);
  });

  test("while it collects, the arm's cable is pulled", async () => {
    const { outcome, crept, torque, episodes } = await meanwhile((table) => table.order('pullCable'));
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^so101 holds still: the cable of .* was pulled$/m);
    expect(outcome.stderr).toMatch(/^error: .*the cable of .* was pulled$/m);
    expect(outcome.stderr).toContain('next: plug it in again');
    expect(crept).toBeLessThan(0.001);
    expect(torque).not.toContain(false);
    expect(episodes).toBeGreaterThanOrEqual(1);
  });

  test('while it collects, the process is killed', async () => {
    const { outcome, crept, torque, episodes } = await meanwhile(() => sleep(300), {
      interruptWith: 'SIGKILL',
    });
    expect(outcome.code).toBeNull();
    expect(crept).toBeLessThan(0.001);
    expect(torque).not.toContain(false);
    expect(episodes).toBeGreaterThanOrEqual(1);
  });
});
