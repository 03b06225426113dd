/** The empty table of a rig on which nobody clears it: what photographs taken between episodes agree on. */
import { ensure } from '../spec/errors.ts';
import type { TableView } from './plain-table.ts';
import { makeFrame, sameSize, type Frame, type FrameSize, type Mask } from '../spec/frame.ts';

/** As many photographs are remembered: a thing that lies still for longer than half of them is taken for table. */
const REMEMBERED = 15;
/** Where the arm covers more of a pixel than this, the photograph says nothing of the table. */
const HIDDEN = 0.05;
/** The light is another one when half of the table differs by more than this, grey levels. */
const OTHER_LIGHT = 14;

interface Photograph {
  readonly frame: Frame;
  readonly arm: Mask;
  /** The table without what stands on it, where that can be told. */
  readonly view: TableView | null;
}

export type LookAtTable = (photograph: Frame, arm: Mask) => TableView | null;

export class Background {
  readonly #size: FrameSize;
  readonly #look: LookAtTable;
  #photographs: Photograph[] = [];

  /** @param look tells things from the table in one photograph; null where it cannot */
  constructor(size: FrameSize, look: LookAtTable = () => null) {
    this.#size = size;
    this.#look = look;
  }

  /** How many photographs it follows from. */
  get count(): number {
    return this.#photographs.length;
  }

  /** One more photograph; `arm` says where the arm hides the table. */
  add(frame: Frame, arm: Mask): void {
    ensure(
      sameSize(frame, this.#size) && sameSize(arm, this.#size),
      `background: expected ${this.#size.width}x${this.#size.height}, got ${frame.width}x${frame.height}`,
    );
    const view = this.#look(frame, arm);
    this.#photographs = [...this.#photographs.slice(1 - REMEMBERED), { frame, arm, view }];
  }

  /** Forgets them all: the light has changed, or the table is another. */
  forget(): void {
    this.#photographs = [];
  }

  /**
   * Each pixel as half of the photographs have it that show the table there (the median, colour by colour). Where none
   * does, as the table's surface would look there by the newest; else as the newest has it.
   */
  plate(): Frame {
    ensure(this.#photographs.length > 0, 'background: no photograph yet');
    const { frame, view } = this.#photographs[this.#photographs.length - 1];
    const newest = view?.surface ?? frame;
    const plate = makeFrame(this.#size);
    const seen: number[] = [];
    for (let at = 0; at < this.#size.height * this.#size.width; at++) {
      const showing = this.#photographs.filter(
        ({ arm, view }) => arm.data[at] <= HIDDEN && (view === null || view.things.data[at] === 0),
      );
      for (let i = 3 * at; i < 3 * at + 3; i++) {
        if (showing.length === 0) {
          plate.data[i] = newest.data[i];
          continue;
        }
        seen.length = 0;
        for (const photograph of showing) seen.push(photograph.frame.data[i]);
        seen.sort((a, b) => a - b);
        plate.data[i] = seen[(seen.length - 1) >> 1];
      }
    }
    return plate;
  }
}

/** Whether a plate is of this table in this light: things may stand on less than half of what the arm leaves to be seen. */
export function isPlateOf(plate: Frame, photograph: Frame, arm: Mask): boolean {
  if (!sameSize(plate, photograph)) return false;
  const differences: number[] = [];
  for (let at = 0; at < arm.data.length; at++) {
    if (arm.data[at] > HIDDEN) continue;
    let most = 0;
    for (let i = 3 * at; i < 3 * at + 3; i++) {
      most = Math.max(most, Math.abs(plate.data[i] - photograph.data[i]));
    }
    differences.push(most);
  }
  differences.sort((a, b) => a - b);
  return differences.length > 0 && differences[differences.length >> 1] <= OTHER_LIGHT;
}
