/** What can be wrong with a live camera, as a person is told: what happened, and what to do. */
import { ForesightError } from '../spec/errors.ts';

const TRY = (input: string): string => `npx foresight cameras --try '${input}'`;

export const faults = {
  closed: (input: string): ForesightError =>
    new ForesightError(`camera ${input}: closed`, { next: 'open the rig again' }),

  /** It gave no picture from the start. `reason`: ffmpeg's, where it ended. */
  notOpened(input: string, reason: string | null, openingMs: number): ForesightError {
    const why = reason === null ? `no picture within ${seconds(openingMs)}` : `ffmpeg: ${reason}`;
    return new ForesightError(`camera ${input}: cannot be opened (${why})`, {
      next: 'npx foresight cameras, to see what is there and how to name it',
    });
  },

  /** The stream ended or the device vanished; it is tried again all the time. */
  gone(input: string, { silenceMs, reason, reopened }: Gone): ForesightError {
    const tries = reopened === 0 ? '' : `; opened again ${reopened} times`;
    return new ForesightError(
      `camera ${input}: gone, no picture for ${seconds(silenceMs)} (ffmpeg: ${reason})${tries}`,
      { next: `look whether it is plugged in, then: ${TRY(input)}` },
    );
  },

  /** All is well, but not as quick as was asked for. */
  tooOld: (input: string, ageMs: number, maxAgeMs: number): ForesightError =>
    new ForesightError(
      `camera ${input}: the newest picture is ${ageMs.toFixed(0)} ms old, older than the ${maxAgeMs} ms asked for`,
      { next: `${TRY(input)}, to see its rate` },
    ),

  /** It is there and sends nothing. */
  silent: (input: string, silenceMs: number): ForesightError =>
    frozen(input, `open but no new picture for ${seconds(silenceMs)}`),

  /** It sends one picture again and again. */
  repeating: (input: string, sameForMs: number): ForesightError =>
    frozen(input, `the same picture to the last bit for ${seconds(sameForMs)}`),
} as const;

interface Gone {
  readonly silenceMs: number;
  readonly reason: string;
  readonly reopened: number;
}

function frozen(input: string, how: string): ForesightError {
  return new ForesightError(`camera ${input}: frozen, ${how}`, {
    next: `unplug it and plug it in again, then: ${TRY(input)}`,
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
