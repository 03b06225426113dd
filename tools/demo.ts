/** `foresight demo`: three pushes by the model that comes with the project, and a video of each. */
import { Command } from 'commander';
import { DEFAULT_PLANNER } from '../src/planner/registry.ts';
import type { Frame } from '../src/spec/frame.ts';
import { decodeVideo, probeVideo } from '../src/video/ffmpeg.ts';
import { writeAnimation } from '../src/video/png.ts';
import { videoPath } from '../src/evaluation/runner.ts';
import { carryOut } from './evaluate.ts';
import { seed } from './options.ts';
import { successTable } from './success-table.ts';
import { printJson } from './terminal.ts';

/** These tasks of the pushing suite with this seed: what the README shows. */
const SUITE = 'push';
const TASKS = [0, 1, 2];
const SEED = 7;

interface DemoOptions {
  readonly model: string;
  readonly seed: number;
  readonly out: string;
  readonly picture?: string;
  readonly json?: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Three pushing tasks on the simulated table; writes what was seen beside what was predicted.',
    )
    .option('--model <dir>', 'the checkpoint to plan with', 'models/tabletop')
    .option('--seed <n>', 'seed of the tasks', seed, SEED)
    .option('--out <dir>', 'where the videos go', 'videos')
    .option('--picture <file>', 'also put the first video that ends well into an animated .webp or .gif')
    .option('--json', 'print everything as JSON')
    .action(runDemo);
}

async function runDemo({ out, picture, model, seed: ofTasks, json }: DemoOptions): Promise<void> {
  const planner = { planner: DEFAULT_PLANNER, plannerOptions: {}, threads: 2 };
  const spec = { suite: SUITE, contender: model, seed: ofTasks, video: out, ...planner };
  const results = await carryOut([{ spec, indices: TASKS }], {
    jobs: 1,
    ...(json ? { json } : {}),
  });
  const [{ result, settings }] = results;
  const videos = result.episodes.map(({ index }) => videoPath(out, SUITE, index));
  if (picture !== undefined) {
    const best = Math.max(
      0,
      result.episodes.findIndex(({ success }) => success),
    );
    await animate(videos[best], picture);
  }
  if (json) printJson({ ...result, settings, videos });
  else process.stdout.write(`${successTable(results)}\n\n${videos.join('\n')}\n`);
}

/** An animation for a page, at half the video's frame rate. */
async function animate(video: string, picture: string): Promise<void> {
  const { size, fps } = await probeVideo(video);
  const frames: Frame[] = [];
  let count = 0;
  for await (const frame of decodeVideo(video, size)) {
    if (count++ % 2 === 0) frames.push(frame);
  }
  await writeAnimation(frames, picture, { frameMs: 2000 / fps, quality: 70 });
}
