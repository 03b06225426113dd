/**
 * `foresight act`: one task, as a person asks for it: what is at this pixel should come to lie at that one, or the table
 * should come to look as it does in this picture.
 */
import { Command } from 'commander';
import { runTask, type ControlStep } from '../src/control/loop.ts';
import { openForesight } from '../src/control/open-foresight.ts';
import { travel } from '../src/rig/travel.ts';
import { film } from '../src/evaluation/film.ts';
import { DEFAULT_PLANNER, plannerNames } from '../src/planner/registry.ts';
import type { LiveRig } from '../src/rig/live-rig.ts';
import type { Vector3 } from '../src/spec/action.ts';
import { ensure } from '../src/spec/errors.ts';
import type { Frame } from '../src/spec/frame.ts';
import { insideFrame, type Pixel } from '../src/spec/pixel.ts';
import type { Rig } from '../src/spec/rig.ts';
import type { Task } from '../src/spec/task.ts';
import { withCoordinates } from '../src/video/coordinates.ts';
import { readPng, writePng } from '../src/video/png.ts';
import { resizeFrame } from '../src/video/resize.ts';
import { describeEnd, describeStep, report } from './act-report.ts';
import { chosenEngine, withEngine, type EngineFlags } from './engine-option.ts';
import { pixels, positiveInteger, seed, settings } from './options.ts';
import { openChosenRig, rigWords, withRig, type RigFlags } from './rig-option.ts';
import { printJson, stopOnInterrupt } from './terminal.ts';

interface ActOptions extends RigFlags, EngineFlags {
  readonly model: string;
  readonly seed: number;
  readonly from: readonly Pixel[];
  readonly to: readonly Pixel[];
  readonly goalImage?: string;
  readonly steps: number;
  readonly planner: string;
  readonly plannerOptions: Readonly<Record<string, number>>;
  readonly threads: number;
  readonly still?: string;
  readonly video?: string;
  readonly picture?: string;
  readonly json?: boolean;
}

const STILL = 'videos/now.png';
const FRAME_TIMEOUT_MS = 2000;

export function actCommand(): Command {
  return withEngine(withRig(new Command('act'), 'the rig to act on'))
    .description(
      'Pushes what is at one pixel of the recorded frame to another, or things to where a picture shows them. ' +
        'Without pixels or picture: shows the frame.',
    )
    .option('--model <dir>', 'the checkpoint to plan with', 'models/tabletop')
    .option('--seed <n>', 'of the scene (simulated) and of the planner', seed, 1)
    .option('--from <row,col>', 'a point on the object; give several to turn it', pixels, [])
    .option('--to <row,col>', 'where that point should come to lie, one for each', pixels, [])
    .option('--goal-image <file>', 'a picture of the wanted table instead, made with --picture')
    .option('--steps <n>', 'control steps at most', positiveInteger, 25)
    .option('--planner <name>', `planner: ${plannerNames.join(', ')}`, DEFAULT_PLANNER)
    .option('--planner-options <key=value,...>', 'its settings, as in candidates=80,horizon=8', settings, {})
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--still <file>', 'write the present frame there (PNG), with coordinates, and do nothing else')
    .option('--video <file>', 'write an mp4: seen beside predicted')
    .option('--picture <file>', 'write the last frame there (PNG), the arm back where it was')
    .option('--json', 'print everything as JSON')
    .action(runAct);
}

async function runAct(options: ActOptions): Promise<void> {
  const { from, to, still, goalImage } = options;
  ensure(
    from.length === to.length,
    `${from.length} --from and ${to.length} --to: a push goes from one pixel to another`,
    'give both --from ROW,COL and --to ROW,COL, or neither to see the frame',
  );
  ensure(
    from.length === 0 || goalImage === undefined,
    'both pixels and a goal image say what is wanted',
    'give --from and --to, or --goal-image',
  );
  const rig = await openChosenRig(options);
  try {
    const onlyLooks = (from.length === 0 && goalImage === undefined) || still !== undefined;
    checkPixels(rig.rig, options);
    // A real arm goes out of the camera's way first; who only looks at the table finds it as it is.
    if (!onlyLooks) await rig.robot.arm();
    const { plate } = await rig.reset(options.seed);
    if (onlyLooks) {
      await showFrame(rig, still ?? STILL, options);
      return;
    }
    await push(rig, plate, await taskOf(rig, options), options);
  } finally {
    await rig.close();
  }
}

/** What was asked for. A goal image was taken with the arm where it stands now: see `takePicture`. */
async function taskOf({ robot }: LiveRig, options: ActOptions): Promise<Task> {
  const { from, to, goalImage, steps: maxSteps } = options;
  if (goalImage !== undefined) {
    const { jointsRad } = await robot.state();
    return { goals: [], goalImage: { frame: await readPng(goalImage), jointsRad }, maxSteps };
  }
  return { goals: from.map((designated, i) => ({ designated, goal: to[i] })), maxSteps };
}

function checkPixels({ frame }: Rig, options: ActOptions): void {
  const { from, to } = options;
  for (const [name, pixels] of Object.entries({ from, to })) {
    for (const at of pixels) {
      ensure(
        insideFrame(at, frame),
        `--${name} ${at.row},${at.col} is outside the frame of ${frame.height} rows and ${frame.width} columns`,
        stillCommand(options),
      );
    }
  }
}

/** The table as it is now, the arm where it was at the start: a goal image for another time. */
async function takePicture(rig: LiveRig, start: Vector3, path: string, signal: AbortSignal): Promise<void> {
  await travel(rig, start, signal);
  const { frame } = await rig.camera.next(FRAME_TIMEOUT_MS);
  await writePng(frame, path);
}

/** Writes what the camera sees now, for choosing pixels. */
async function showFrame(rig: LiveRig, path: string, options: ActOptions): Promise<void> {
  const { frame } = await rig.camera.next(FRAME_TIMEOUT_MS);
  await writePng(withCoordinates(frame), path);
  if (options.json) {
    printJson({ still: path, height: frame.height, width: frame.width });
    return;
  }
  const again = `npx foresight act${rigWords(options)} --seed ${options.seed}`;
  console.log(`${path}: what the camera sees, ${frame.height} rows and ${frame.width} columns`);
  console.log(`next: choose two pixels there, then ${again} --from ROW,COL --to ROW,COL`);
}

async function push(rig: LiveRig, plate: Frame, task: Task, options: ActOptions): Promise<void> {
  const { model, planner, plannerOptions, threads, video, picture, json } = options;
  const { tip: start } = await rig.robot.state();
  const signal = stopOnInterrupt();
  const engine = await chosenEngine(options, threads);
  const planning = { planner, plannerOptions, threads, engine, rescale: resizeFrame };
  const foresight = await openForesight(model, planning);
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
    const ending = describeEnd(result, steps);
    if (recording !== null && video !== undefined) {
      recording.end(result.lastFrame, ending);
      await recording.write(video);
    }
    if (picture !== undefined) await takePicture(rig, start, picture, signal);
    if (json) printJson(report(result, steps, task));
    else console.log([ending, video, picture].filter((line) => line !== undefined).join('\n'));
    ensure(
      result.ending !== 'lost',
      `lost sight of ${whatWasNamed(options)}, and the arm does not hide it`,
      `${stillCommand(options)}, and choose its pixel again`,
    );
  } finally {
    await foresight.close();
  }
}

/** On the plain table there is nothing to follow, and the planner would chase a pixel that cannot move. */
function checkSomethingThere({ decision }: ControlStep, options: ActOptions): void {
  const isThere = decision.done || decision.thought.tracked.every(({ confidence }) => confidence > 0);
  ensure(
    isThere,
    `nothing to push at ${whatWasNamed(options)}`,
    `${stillCommand(options)}, and choose a point on an object`,
  );
}

function whatWasNamed({ from, goalImage }: ActOptions): string {
  const pixels = from.map(({ row, col }) => `--from ${row},${col}`);
  return goalImage === undefined ? pixels.join(' ') : `what --goal-image ${goalImage} shows elsewhere`;
}

function stillCommand(options: ActOptions): string {
  return `npx foresight act${rigWords(options)} --seed ${options.seed} --still ${STILL}`;
}
