/** What the page is told: the answers under `/api/`. The page's types come from here too. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const size = z.strictObject({ height: z.number().int().positive(), width: z.number().int().positive() });

/** A folder that is not what it should be, and why. It does not hide the good ones beside it. */
const problem = z.strictObject({ name: z.string(), problem: z.string() });

export const videoSchema = z.strictObject({
  /** The file's name, `push-0003.mp4`. */
  name: z.string(),
  /** Where to play it from; another address when the file was written anew. */
  url: z.string(),
  bytes: count,
  writtenAtMs: z.number(),
});

/** Mean distance, in pixels, from where the designated pixel was predicted to where it went. */
const pixelErrorSchema = z.strictObject({
  stepsAhead: z.number().int().positive(),
  model: z.number(),
  /** The error of predicting that nothing moves. */
  nothingMoves: z.number(),
});

export const modelSchema = z.strictObject({
  /** The folder's name. */
  name: z.string(),
  network: z.string(),
  frame: size,
  rig: z.string(),
  dataset: z.string(),
  episodes: count,
  dataMinutes: z.number(),
  /** Training steps so far, and how long they took. */
  steps: count,
  trainingMinutes: z.number(),
  /** Of held-out frames: peak signal-to-noise ratio and structural similarity, mean over the steps ahead. */
  psnrDb: z.number(),
  ssim: z.number(),
  /** Of held-out points that moved, after 1, 5 and 10 steps as far as they were measured. */
  errors: z.array(pixelErrorSchema),
  /** The error at the farthest step ahead, as training went. */
  curve: z.strictObject({
    stepsAhead: count,
    points: z.array(z.strictObject({ step: count, model: z.number(), nothingMoves: z.number() })),
  }),
});

export const datasetSchema = z.strictObject({
  /** The folder's name. */
  name: z.string(),
  rig: z.string(),
  frame: size,
  controlHz: z.number().positive(),
  episodes: count,
  minutes: z.number(),
});

export const videosMessage = z.strictObject({ videos: z.array(videoSchema) });
export const modelsMessage = z.strictObject({ models: z.array(modelSchema), problems: z.array(problem) });
export const datasetsMessage = z.strictObject({
  datasets: z.array(datasetSchema),
  problems: z.array(problem),
});

export type Video = z.infer<typeof videoSchema>;
export type Model = z.infer<typeof modelSchema>;
export type DatasetFacts = z.infer<typeof datasetSchema>;
export type Problem = z.infer<typeof problem>;
export type VideosMessage = z.infer<typeof videosMessage>;
export type ModelsMessage = z.infer<typeof modelsMessage>;
export type DatasetsMessage = z.infer<typeof datasetsMessage>;
