/** One loop clock with named sections and a report at the end (as lerobot's utils/cycle_timer.py has it). */

/** Milliseconds of wall-clock time spent in each section, one entry a cycle. */
export type Sections = Readonly<Record<string, readonly number[]>>;

/** One cycle that is over. */
export interface Cycle {
  readonly inTime: boolean;
  /** Milliseconds spent in each of its sections. */
  readonly sections: Readonly<Record<string, number>>;
}

export class CycleTimer {
  private readonly durations: Record<string, number[]> = {};
  private underWay: Record<string, number> = {};
  private missed = 0;
  private cycles = 0;
  private startedMs = performance.now();
  private readonly deadlineMs: number;
  private readonly isPatient: boolean;

  /**
   * @param deadlineMs a cycle that takes longer has missed its deadline
   * @param isPatient nobody loses anything when that happens: see `StepClock`
   */
  constructor(deadlineMs: number, isPatient = false) {
    this.deadlineMs = deadlineMs;
    this.isPatient = isPatient;
  }

  /** Opens a cycle. */
  startCycle(): void {
    this.startedMs = performance.now();
  }

  /** Whether work of so many milliseconds would still end before the deadline; always, where the deadline is patient. */
  hasTimeFor(ms: number): boolean {
    return this.isPatient || performance.now() - this.startedMs + ms <= this.deadlineMs;
  }

  /** Times `work` under a section's name. */
  async section<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      const tookMs = performance.now() - start;
      (this.durations[name] ??= []).push(tookMs);
      this.underWay[name] = (this.underWay[name] ?? 0) + tookMs;
    }
  }

  /** Closes a cycle that took `elapsedMs`. */
  endCycle(elapsedMs: number): Cycle {
    this.cycles++;
    const inTime = elapsedMs <= this.deadlineMs;
    if (!inTime) this.missed++;
    const sections = this.underWay;
    this.underWay = {};
    return { inTime, sections };
  }

  report(): { sections: Sections; cycles: number; missedDeadlines: number } {
    return { sections: this.durations, cycles: this.cycles, missedDeadlines: this.missed };
  }
}
