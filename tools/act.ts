/** `foresight act`: one push, as a person asks for it: what is at this pixel should come to lie at that one. */
import { Command } from 'commander';
import { runTask, type ControlStep } from '../src/control/loop.ts';
import { openForesight } from '../src/control/open-foresight.ts';
import { film } from '../src/evaluation/film.ts';
import { DEFAULT_PLANNER } from '../src/planner/registry.ts';
import type { LiveRig } from '../src/rig/live-rig.ts';
import { openRig } from '../src/rig/registry.ts';
import { ensure } from '../src/spec/errors.ts';
import type { Frame } from '../src/spec/frame.ts';
import { insideFrame, type Pixel } from '../src/spec/pixel.ts';
import type { Task } from '../src/spec/task.ts';
import { withCoordinates } from '../src/video/coordinates.ts';
import { writePng } from '../src/video/png.ts';
import { resizeFrame } from '../src/video/resize.ts';
import { describeEnd, describeStep, report } from './act-report.ts';
import { pixel, positiveInteger, seed } from './options.ts';
import { printJson, stopOnInterrupt } from './terminal.ts';

interface ActOptions {
  readonly model: string;
  readonly robot: string;
  readonly seed: number;
  readonly from?: Pixel;
  readonly to?: Pixel;
  readonly steps: number;
  readonly threads: number;
  readonly still?: string;
  readonly video?: string;
  readonly json?: boolean;
}

const STILL = 'videos/now.png';
const FRAME_TIMEOUT_MS = 2000;

export function actCommand(): Command {
  return new Command('act')
    .description(
      'Pushes what is at one pixel of the recorded frame to another. Without pixels: shows the frame.',
    )
    .option('--model <dir>', 'the checkpoint to plan with', 'models/tabletop')
    .option('--robot <name>', 'the rig to act on', 'sim')
    .option('--seed <n>', 'of the scene (simulated) and of the planner', seed, 1)
    .option('--from <row,col>', 'a point on the object', pixel)
    .option('--to <row,col>', 'where that point should come to lie', pixel)
    .option('--steps <n>', 'control steps at most', positiveInteger, 25)
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--still <file>', 'write the present frame there (PNG), with coordinates, and do nothing else')
    .option('--video <file>', 'write an mp4: seen beside predicted')
    .option('--json', 'print everything as JSON')
    .action(runAct);
}

async function runAct(options: ActOptions): Promise<void> {
  const { from, to, still } = options;
  ensure(
    (from === undefined) === (to === undefined),
    'a push goes from one pixel to another, and only one of the two is given',
    'give both --from ROW,COL and --to ROW,COL, or neither to see the frame',
  );
  const rig = await openRig(options.robot);
  try {
    const { plate } = await rig.reset(options.seed);
    if (from === undefined || to === undefined || still !== undefined) {
      await showFrame(rig, still ?? STILL, options);
      return;
    }
    const size = rig.rig.frame;
    for (const [name, at] of Object.entries({ from, to })) {
      ensure(
        insideFrame(at, size),
        `--${name} ${at.row},${at.col} is outside the frame of ${size.height} rows and ${size.width} columns`,
        `npx foresight act --robot ${options.robot} --seed ${options.seed} --still ${STILL}`,
      );
    }
    await push(rig, plate, { goals: [{ designated: from, goal: to }], maxSteps: options.steps }, options);
  } finally {
    await rig.close();
  }
}

/** Writes what the camera sees now, for choosing pixels. */
async function showFrame(rig: LiveRig, path: string, options: ActOptions): Promise<void> {
  const { frame } = await rig.camera.next(FRAME_TIMEOUT_MS);
  await writePng(withCoordinates(frame), path);
  if (options.json) {
    printJson({ still: path, height: frame.height, width: frame.width });
    return;
  }
  const again = `npx foresight act --robot ${options.robot} --seed ${options.seed}`;
  console.log(`${path}: what the camera sees, ${frame.height} rows and ${frame.width} columns`);
  console.log(`next: choose two pixels there, then ${again} --from ROW,COL --to ROW,COL`);
}

async function push(rig: LiveRig, plate: Frame, task: Task, options: ActOptions): Promise<void> {
  const { model, threads, video, json } = options;
  const signal = stopOnInterrupt();
  const settings = { planner: DEFAULT_PLANNER, plannerOptions: {}, threads, rescale: resizeFrame };
  const foresight = await openForesight(model, settings);
  const recording = video === undefined ? null : film({ task, plate, controlHz: rig.rig.controlHz });
  const steps: ControlStep[] = [];
  try {
    const result = await runTask(rig, foresight.controller(rig.rig), {
      plate,
      task,
      seed: options.seed,
      signal,
      onStep: async (step) => {
        steps.push(step);
        if (step.index === 0) checkSomethingThere(step, options);
        if (!json) console.log(describeStep(step, rig.rig));
        await recording?.step(step);
      },
    });
    const ending = describeEnd(result, steps, task);
    if (recording !== null && video !== undefined) {
      recording.end(result.lastFrame, ending);
      await recording.write(video);
    }
    if (json) printJson(report(result, steps, task));
    else console.log(video === undefined ? ending : `${ending}\n${video}`);
    const { from, robot, seed: scene } = options;
    ensure(
      result.ending !== 'lost',
      `lost sight of what was at --from ${from?.row},${from?.col}, and the arm does not hide it`,
      `npx foresight act --robot ${robot} --seed ${scene} --still ${STILL}, and choose its pixel again`,
    );
  } finally {
    await foresight.close();
  }
}

/** On the plain table there is nothing to follow, and the planner would chase a pixel that cannot move. */
function checkSomethingThere({ decision }: ControlStep, { from, robot, seed: scene }: ActOptions): void {
  const isThere = decision.done || decision.thought.tracked.every(({ confidence }) => confidence > 0);
  ensure(
    isThere,
    `nothing to push at --from ${from?.row},${from?.col}`,
    `npx foresight act --robot ${robot} --seed ${scene} --still ${STILL}, and choose a point on an object`,
  );
}
