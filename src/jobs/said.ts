/** What a command says to the process that started it and watches, as messages between the two. */
import { z } from 'zod';

/** Set in the environment of a command that is watched. */
export const WATCHED = 'FORESIGHT_WATCHED';

export const saidSchema = z.discriminatedUnion('say', [
  z.strictObject({
    say: z.literal('progress'),
    label: z.string(),
    done: z.number(),
    total: z.number(),
    /** Time left at the rate so far, ms; null while nothing is known. */
    leftMs: z.number().nullable(),
    note: z.string(),
  }),
  /** One line above the display. */
  z.strictObject({ say: z.literal('line'), text: z.string() }),
  /** What the camera sees, a JPEG. */
  z.strictObject({
    say: z.literal('picture'),
    jpeg: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  }),
  z.strictObject({ say: z.literal('failed'), message: z.string(), next: z.string().optional() }),
]);

export type Said = z.infer<typeof saidSchema>;
