/** What can be ordered from a page, and the command that does it: whatever a page starts, a person can repeat in a terminal. */
import { join } from 'node:path';
import { z } from 'zod';

/** A folder of its own in the folder for such things: no way out of it. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected letters, digits, dots and dashes, as in play-2');
/** A rig's file in the folder for such. */
const rigFile = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.json$/, 'expected the name of a rig file, as in desk.json');
const minutes = z.number().positive().max(10_000);
const seed = z.number().int().min(0).max(0xffffffff);

export const orderSchema = z.discriminatedUnion('job', [
  z.strictObject({
    job: z.literal('collect'),
    dataset: nameSchema,
    minutes,
    seed,
    policy: z.string().regex(/^[a-z-]+$/),
  }),
  z.strictObject({ job: z.literal('verify'), dataset: nameSchema }),
  z.strictObject({
    job: z.literal('train'),
    dataset: nameSchema,
    model: nameSchema,
    minutes,
    seed,
    network: z.string().regex(/^[a-z-]+$/),
  }),
  z.strictObject({
    job: z.literal('evaluate'),
    model: nameSchema,
    suite: z.string().regex(/^[a-z-]+$/),
    tasks: z.number().int().positive().max(1000),
    seed,
    /** Whether the baselines that are quick do the same tasks. */
    beside: z.boolean(),
  }),
  z.strictObject({
    job: z.literal('calibrate'),
    rig: rigFile,
    /** One step, or all; or a look at whether anything has moved since. */
    what: z.enum(['all', 'servos', 'range', 'table', 'crop', 'camera', 'check']),
  }),
]);

export type Order = z.infer<typeof orderSchema>;

/** Whether an order moves an arm beside which somebody may stand: then whoever may stop it ends it. */
export function movesArm(order: Order): boolean {
  return order.job === 'calibrate';
}

/** Where datasets, checkpoints and videos are. */
export interface JobFolders {
  readonly dataDir: string;
  readonly modelsDir: string;
  readonly videosDir: string;
  /** Where results of single tasks are kept. */
  readonly resultsDir: string;
  /** Where rigs' files are. */
  readonly rigsDir: string;
}

/** The words after `foresight` that carry an order out. */
export function wordsOf(order: Order, folders: JobFolders): string[] {
  switch (order.job) {
    case 'collect': {
      const { dataset, minutes: wanted, seed: of, policy } = order;
      const out = join(folders.dataDir, dataset);
      return ['collect', '--out', out, '--minutes', `${wanted}`, '--seed', `${of}`, '--policy', policy];
    }
    case 'verify':
      return ['dataset', 'verify', join(folders.dataDir, order.dataset)];
    case 'train': {
      const { dataset, model, minutes: budget, seed: of, network } = order;
      const paths = ['--data', join(folders.dataDir, dataset), '--out', join(folders.modelsDir, model)];
      return ['train', ...paths, '--minutes', `${budget}`, '--seed', `${of}`, '--network', network];
    }
    case 'evaluate': {
      const { model, suite, tasks, seed: of, beside } = order;
      const which = ['--model', join(folders.modelsDir, model), '--suite', suite];
      const kept = ['--journal', join(folders.resultsDir, 'page.jsonl'), '--video', folders.videosDir];
      const others = beside ? ['--beside', 'random,scripted'] : [];
      return ['evaluate', ...which, '--episodes', `${tasks}`, '--seed', `${of}`, ...others, ...kept];
    }
    case 'calibrate': {
      const { rig, what } = order;
      const part = what === 'all' ? [] : what === 'check' ? ['--check'] : ['--step', what];
      return ['calibrate', '--rig', join(folders.rigsDir, rig), ...part];
    }
  }
}
