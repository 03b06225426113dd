/** What a command says to the process that started it and watches, as messages between the two. */
import { z } from 'zod';

/** Set in the environment of a command that is watched. */
export const WATCHED = 'FORESIGHT_WATCHED';

const jpeg = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** What is asked of whoever watches, and what is to be answered: see `calibration/person.ts`. */
export const questionSchema = z.strictObject({
  request: z.string(),
  wanted: z.enum(['nothing', 'words', 'pixel', 'part']),
  /** What no answer means, where one may be left out. */
  orNothing: z.string().optional(),
  /** Width over height of the part of the picture that may be chosen. */
  aspect: z.number().optional(),
});
export type Question = z.infer<typeof questionSchema>;

/** The answer, the other way. */
export const answerSchema = z.strictObject({ answer: z.string() });

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
  z.strictObject({ say: z.literal('picture'), jpeg }),
  /** Waits for an answer; about a picture, where it is about one. */
  z.strictObject({ say: z.literal('question'), question: questionSchema, jpeg: jpeg.optional() }),
  z.strictObject({ say: z.literal('failed'), message: z.string(), next: z.string().optional() }),
]);

export type Said = z.infer<typeof saidSchema>;
