/** What `foresight doctor` looks at: one part after the other, each with what to do where it is not well. */

/** One part of the machine. A required part that is missing makes the exit code 1. */
export interface Check {
  readonly part: string;
  readonly required: boolean;
  readonly next: string;
  /** What was found; throws where nothing was. */
  readonly look: () => Promise<string>;
}

/** A part that was looked at already, in vain. */
export function failed(part: string, error: Error, next: string): Check {
  return { part, required: true, next, look: () => Promise.reject(error) };
}
