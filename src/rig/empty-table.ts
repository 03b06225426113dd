/** The picture of a real table with nothing on it: taken with a person's help and remembered, or worked out. */
import { existsSync } from 'node:fs';
import type { Vector3 } from '../spec/action.ts';
import { sameSize, type Frame, type Mask } from '../spec/frame.ts';
import type { Rig } from '../spec/rig.ts';
import { readPng, writePng } from '../video/png.ts';
import { Background, isPlateOf } from './background.ts';
import { viewOfPlainTable } from './plain-table.ts';

/** A background of so many photographs, taken while things were pushed about, is worth remembering. */
const ENOUGH_PHOTOGRAPHS = 9;

export interface Photograph {
  readonly frame: Frame;
  /** Where the arm hides the table, [h, w] in 0..1. */
  readonly arm: Mask;
}

/** Takes the arm there, where it may move, and photographs the table; from where it is when no place is given. */
export type LookFrom = (place: Vector3 | null) => Promise<Photograph>;

export interface EmptyTableOptions {
  /** Asks the person at the table for something and waits until it is done. Nobody is there when not given. */
  readonly ask?: (request: string) => Promise<void>;
  /** Where the picture of the empty table is remembered from one run to the next. */
  readonly plateFile?: string;
  /** Hears what a person may want to know. */
  readonly onNote?: (note: string) => void;
}

/** Drawn in and high, at the right and at the left: from there the arm hides least of the table. */
export function parkingPlaces({ workspace: { low, high } }: Rig): [Vector3, Vector3] {
  return [
    [high[0], high[1], high[2]],
    [low[0], high[1], high[2]],
  ];
}

export class EmptyTable {
  readonly #rig: Rig;
  readonly #options: EmptyTableOptions;
  readonly #lookFrom: LookFrom;
  readonly #background: Background;
  /** The picture that holds while the light does; undefined before anyone has looked for a remembered one. */
  #plate: Frame | null | undefined;

  constructor(rig: Rig, options: EmptyTableOptions, lookFrom: LookFrom) {
    this.#rig = rig;
    this.#options = options;
    this.#lookFrom = lookFrom;
    // A person clears the table; otherwise what stands on it must be told from it.
    const isAttended = options.ask !== undefined;
    this.#background = new Background(rig.frame, (frame, arm) =>
      isAttended ? null : viewOfPlainTable(frame, arm, rig),
    );
  }

  /** The plate behind what `now` shows. */
  async plate(now: Photograph): Promise<Frame> {
    const { ask, plateFile, onNote } = this.#options;
    if (this.#plate === undefined) this.#plate = await this.#remembered();
    if (this.#plate !== null && isPlateOf(this.#plate, now.frame, now.arm)) return this.#plate;
    if (this.#plate !== null)
      onNote?.('the light or the camera has changed: the remembered plate does not fit');
    this.#plate = null;
    if (ask !== undefined) return (this.#plate = await this.#asked(ask));

    if (this.#background.count === 0) await this.#lookFromBothSides();
    else this.#background.add(now.frame, now.arm);
    const plate = this.#background.plate();
    if (plateFile !== undefined && this.#background.count >= ENOUGH_PHOTOGRAPHS)
      await writePng(plate, plateFile);
    return plate;
  }

  /** A person clears the table, it is photographed, and the things come back. */
  async #asked(ask: (request: string) => Promise<void>): Promise<Frame> {
    await ask('Clear the table of everything but the arm, which moves aside if it is armed.');
    this.#background.forget();
    await this.#lookFromBothSides();
    const plate = this.#background.plate();
    if (this.#options.plateFile !== undefined) await writePng(plate, this.#options.plateFile);
    await ask('Put the things down where the arm reaches them.');
    return plate;
  }

  /** What the arm hides from one side is seen from the other. */
  async #lookFromBothSides(): Promise<void> {
    for (const place of parkingPlaces(this.#rig)) {
      const { frame, arm } = await this.#lookFrom(place);
      this.#background.add(frame, arm);
    }
  }

  async #remembered(): Promise<Frame | null> {
    const { plateFile } = this.#options;
    if (plateFile === undefined || !existsSync(plateFile)) return null;
    const plate = await readPng(plateFile);
    return sameSize(plate, this.#rig.frame) ? plate : null;
  }
}
