/**
 * What the checkpoints of a folder say of themselves, in `config.json` and `metrics.jsonl`. Weights stay where
 * they are, and unknown keys pass: the page shows what it knows, `loadCheckpoint` is the strict one.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../dataset/files.ts';
import { ForesightError } from '../spec/errors.ts';
import { describeFolders, exists } from './folders.ts';
import type { Model, ModelsMessage } from './messages.ts';

/** Steps ahead of which the error is shown. */
const MILESTONES = [1, 5, 10];

/** Errors after 1, 2, ... steps. */
const pixelErrors = z
  .object({ model: z.array(z.number()).min(1), nothingMoves: z.array(z.number()).min(1) })
  .refine(({ model, nothingMoves }) => model.length === nothingMoves.length, 'lists of one length');

const configSchema = z.object({
  network: z.object({
    network: z.string(),
    frame: z.object({ height: z.number(), width: z.number() }),
  }),
  rig: z.object({ name: z.string() }),
  training: z.object({
    data: z.object({ dataset: z.string(), episodes: z.number(), minutes: z.number() }),
    reached: z.object({ step: z.number(), elapsedMs: z.number() }),
    metrics: z.object({ psnr: z.number(), ssim: z.number(), moved: pixelErrors }),
  }),
});

const metricsLineSchema = z.object({
  step: z.number(),
  loss: z.number(),
  psnr: z.number(),
  moved: pixelErrors,
});

/** Every checkpoint in `dir`. */
export async function listModels(dir: string): Promise<ModelsMessage> {
  const { facts, problems } = await describeFolders(dir, 'config.json', describeModel);
  return { models: facts, problems };
}

async function describeModel(folder: string, name: string): Promise<Model> {
  const path = join(folder, 'config.json');
  const { network, rig, training } = parse(configSchema, await readJson(path), path);
  const { data, reached, metrics } = training;
  const { model, nothingMoves } = metrics.moved;
  return {
    name,
    network: network.network,
    frame: network.frame,
    rig: rig.name,
    dataset: data.dataset,
    episodes: data.episodes,
    dataMinutes: data.minutes,
    steps: reached.step,
    trainingMinutes: reached.elapsedMs / 60_000,
    psnrDb: metrics.psnr,
    ssim: metrics.ssim,
    errors: MILESTONES.filter((t) => t <= model.length).map((t) => ({
      stepsAhead: t,
      model: model[t - 1],
      nothingMoves: nothingMoves[t - 1],
    })),
    curve: await readCurve(join(folder, 'metrics.jsonl')),
    hasPicture: await exists(join(folder, 'held-out.webp')),
  };
}

/** The error at the farthest step ahead, a point a line. */
async function readCurve(path: string): Promise<Model['curve']> {
  // Weights can be handed on without their history.
  const text = await readFile(path, 'utf8').catch(() => '');
  // A line without its end is still being written.
  const lines = text.split('\n').slice(0, -1);
  const moments = lines.map((line, i) => parseLine(line, `${path}:${i + 1}`));
  if (moments.length === 0) return { stepsAhead: 0, points: [] };
  const stepsAhead = Math.min(...moments.map(({ moved }) => moved.model.length));
  const points = moments.map(({ step, loss, psnr, moved }) => ({
    step,
    loss,
    psnrDb: psnr,
    model: moved.model[stepsAhead - 1],
    nothingMoves: moved.nothingMoves[stepsAhead - 1],
  }));
  return { stepsAhead, points };
}

function parseLine(line: string, origin: string): z.infer<typeof metricsLineSchema> {
  try {
    return parse(metricsLineSchema, JSON.parse(line), origin);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new ForesightError(`${origin}: not JSON`, { cause });
    throw cause;
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, origin: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ForesightError(`${origin}: ${issue.path.join('.') || 'all of it'}: ${issue.message}`);
}
