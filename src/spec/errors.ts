/** An error a person can act on: what is wrong, with which thing, and the next command to run. */
export class ForesightError extends Error {
  /** What to do next, usually a command; printed on its own line. */
  readonly next: string | undefined;

  constructor(message: string, options: { next?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ForesightError';
    this.next = options.next;
  }
}

/** What a person is told of an error: its message, and what to do next where that is known. */
export function messageOf(error: unknown): { readonly message: string; readonly next?: string } {
  const message = error instanceof Error ? error.message : String(error);
  const next = error instanceof ForesightError ? error.next : undefined;
  return next === undefined ? { message } : { message, next };
}

/** Throws a ForesightError unless `condition` holds. */
export function ensure(condition: boolean, message: string, next?: string): asserts condition {
  if (!condition) throw new ForesightError(message, next === undefined ? {} : { next });
}
