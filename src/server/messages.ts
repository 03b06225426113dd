/** What the page and the server say to each other: answers under `/api/`, and messages on the socket. */
import { z } from 'zod';
import { orderSchema, type Order } from '../jobs/orders.ts';
import type { JobState } from '../jobs/jobs.ts';
import type { StudioState, ThoughtReport } from '../studio/state.ts';

export type { JobState, Order };

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
    points: z.array(
      z.strictObject({
        step: count,
        loss: z.number(),
        psnrDb: z.number(),
        model: z.number(),
        nothingMoves: z.number(),
      }),
    ),
  }),
  /** Whether `held-out.webp` shows what it predicts. */
  hasPicture: z.boolean(),
});

export const datasetSchema = z.strictObject({
  /** The folder's name. */
  name: z.string(),
  rig: z.string(),
  frame: size,
  controlHz: z.number().positive(),
  episodes: count,
  minutes: z.number(),
  /** On disk, with what was made of it for training. */
  bytes: count,
});

/** The episodes of a dataset. */
export const episodesMessage = z.strictObject({
  name: z.string(),
  frame: size,
  controlHz: z.number().positive(),
  episodes: z.array(
    z.strictObject({
      index: count,
      /** Of its scene and of the policy. */
      seed: count,
      policy: z.string(),
      /** One more than its control steps. */
      frames: count,
      /** Whether it is not learned from. */
      leftOut: z.boolean(),
    }),
  ),
});

/** One episode, a row a frame. */
export const episodeMessage = z.strictObject({
  actionNames: z.array(z.string()),
  /** As sent, -1..1; zeros in the last row. */
  actions: z.array(z.array(z.number())),
  /** Where the gripper's tip was, metres. */
  tips: z.array(z.array(z.number())),
});

/** Whether an episode is to be learned from. */
export const leftOutSchema = z.strictObject({ leftOut: z.boolean() });

export const videosMessage = z.strictObject({ videos: z.array(videoSchema) });
export const modelsMessage = z.strictObject({ models: z.array(modelSchema), problems: z.array(problem) });
export const datasetsMessage = z.strictObject({
  datasets: z.array(datasetSchema),
  problems: z.array(problem),
});

export const rigsMessage = z.strictObject({
  rigs: z.array(
    z.strictObject({
      /** The file's name. */
      name: z.string(),
      robot: z.string(),
      /** What the camera films, as the file has it. */
      camera: z.string(),
    }),
  ),
  problems: z.array(problem),
});

export type Video = z.infer<typeof videoSchema>;
export type Model = z.infer<typeof modelSchema>;
export type DatasetFacts = z.infer<typeof datasetSchema>;
export type EpisodesMessage = z.infer<typeof episodesMessage>;
export type EpisodeMessage = z.infer<typeof episodeMessage>;
export type Problem = z.infer<typeof problem>;
export type VideosMessage = z.infer<typeof videosMessage>;
export type ModelsMessage = z.infer<typeof modelsMessage>;
export type RigsMessage = z.infer<typeof rigsMessage>;
export type DatasetsMessage = z.infer<typeof datasetsMessage>;

/** What can be chosen where long work is ordered. */
export interface Choices {
  readonly policies: readonly string[];
  readonly networks: readonly string[];
  readonly suites: readonly string[];
}

/** A line of the success table, as `foresight evaluate --json` prints it. */
export interface SuccessRow {
  readonly suite: string;
  readonly controller: string;
  readonly success: {
    readonly successes: number;
    readonly trials: number;
    readonly low: number;
    readonly high: number;
  };
  readonly finalCm: { readonly mean: number; readonly median: number };
  readonly steps: number;
  readonly planMs: { readonly median: number; readonly p95: number } | null;
}

/** A pixel of the recorded frame. */
const pixel = z.strictObject({ row: z.number().nonnegative(), col: z.number().nonnegative() });

/** What a page asks for. */
export const askSchema = z.discriminatedUnion('ask', [
  /** To be the one who says what happens. */
  z.strictObject({ ask: z.literal('control') }),
  z.strictObject({
    ask: z.literal('goals'),
    goals: z.array(z.strictObject({ from: pixel, to: pixel.nullable() })).max(8),
  }),
  /** How the table should look: a picture, base64, or null for what the camera sees now. */
  z.strictObject({ ask: z.literal('goal-image'), picture: z.base64().nullable() }),
  z.strictObject({ ask: z.literal('arm') }),
  z.strictObject({ ask: z.literal('start') }),
  z.strictObject({ ask: z.literal('pause') }),
  /** Granted to everyone, always. */
  z.strictObject({ ask: z.literal('stop') }),
  z.strictObject({ ask: z.literal('scene'), seed: z.number().int().min(0).max(0xffffffff) }),
  z.strictObject({ ask: z.literal('drag'), from: pixel, to: pixel }),
  /** Long work: see `Order`. */
  z.strictObject({ ask: z.literal('begin'), order: orderSchema }),
  /** Ends it as Ctrl-C does; asked again, at once. */
  z.strictObject({ ask: z.literal('end') }),
  /** What long work has asked. */
  z.strictObject({ ask: z.literal('answer'), text: z.string().max(100) }),
]);

export type Ask = z.infer<typeof askSchema>;

/** What a page is told, as JSON. */
export type Told =
  | {
      readonly tell: 'welcome';
      /** Of the recorded frame, which all pixels count in. */
      readonly frame: { readonly height: number; readonly width: number };
      readonly simulated: boolean;
      /** Null where no long work can be ordered. */
      readonly choices: Choices | null;
    }
  | {
      readonly tell: 'state';
      readonly state: StudioState;
      /** Whether this page says what happens, and how many others look on. */
      readonly inControl: boolean;
      readonly others: number;
    }
  | { readonly tell: 'thought'; readonly report: ThoughtReport }
  | { readonly tell: 'job'; readonly state: JobState }
  | {
      readonly tell: 'refused';
      readonly message: string;
      readonly next?: string;
      /** The part of the message that is wrong, as in `goals.0.from.row`. */
      readonly field?: string;
    };
