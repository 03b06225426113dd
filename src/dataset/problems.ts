/** What is wrong with a dataset, as it is found. */
import { join } from 'node:path';
import { ForesightError } from '../spec/errors.ts';

/** One thing that is wrong. */
export interface Problem {
  /** The file, relative to the dataset. */
  readonly file: string;
  readonly problem: string;
  /** The episode that cannot be used because of it, if it is one episode's matter. */
  readonly episode?: number;
}

/** Collects problems; turns whatever a check throws into one. */
export class Checker {
  readonly dir: string;
  readonly #problems: Problem[] = [];
  readonly #unfinished: Problem[] = [];

  constructor(dir: string) {
    this.dir = dir;
  }

  add(file: string, problem: string, episode?: number): void {
    this.#problems.push({ file, problem, ...(episode === undefined ? {} : { episode }) });
  }

  /** What a recording that was killed left half done: nothing is lost, and the next one makes it good. */
  addUnfinished(file: string, problem: string): void {
    this.#unfinished.push({ file, problem });
  }

  get unfinished(): readonly Problem[] {
    return this.#unfinished;
  }

  async check<T>(file: string, read: () => Promise<T>, episode?: number): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const known = error instanceof ForesightError ? message : `cannot be read: ${message}`;
      this.add(file, known.replace(`${join(this.dir, file)}: `, ''), episode);
      return undefined;
    }
  }

  sorted(): Problem[] {
    return this.#problems.sort((a, b) => (a.episode ?? -1) - (b.episode ?? -1));
  }
}
