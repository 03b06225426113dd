/** Whoever sits at the arm: the only one who can turn a limp joint, clear a table or point at a tip. */
import type { Frame } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';

export interface Person {
  tell(line: string): void;
  /**
   * Asks for one thing, in one sentence; returns when it is done, with what was answered. Rejects when nobody is there any
   * more.
   *
   * @param wanted what is to be answered; nothing but that it is done when not given
   */
  ask(request: string, wanted?: Wanted): Promise<string>;
}

/** An answer in words; or a place in a picture, as `parsePixel` and `parsePart` read them. */
export type Wanted =
  | { readonly kind: 'words' }
  | (InPicture & { readonly kind: 'pixel' })
  | (InPicture & {
      readonly kind: 'part';
      /** Width of the part that may be chosen, over its height. */
      readonly aspect: number;
    });

interface InPicture {
  readonly picture: Frame;
  /** Of the picture, as in `pose-4`. */
  readonly name: string;
  /** What no answer means: 'to leave it out'. */
  readonly orNothing: string;
}

/** `ROW,COL`; null for anything else. */
export function parsePixel(answer: string): Pixel | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*$/.exec(answer);
  return match === null ? null : { row: Number(match[1]), col: Number(match[2]) };
}
