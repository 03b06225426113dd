/** One loop clock with named sections and a report at the end (as lerobot's utils/cycle_timer.py has it). */

/** Milliseconds of wall-clock time spent in each section, one entry a cycle. */
export type Sections = Readonly<Record<string, readonly number[]>>;

export class CycleTimer {
  private readonly durations: Record<string, number[]> = {};
  private missed = 0;
  private cycles = 0;
  private readonly deadlineMs: number;

  /** @param deadlineMs a cycle that takes longer has missed its deadline */
  constructor(deadlineMs: number) {
    this.deadlineMs = deadlineMs;
  }

  /** Times `work` under a section's name. */
  async section<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      (this.durations[name] ??= []).push(performance.now() - start);
    }
  }

  /** Closes a cycle that took `elapsedMs` and says whether it was in time. */
  endCycle(elapsedMs: number): boolean {
    this.cycles++;
    const inTime = elapsedMs <= this.deadlineMs;
    if (!inTime) this.missed++;
    return inTime;
  }

  report(): { sections: Sections; cycles: number; missedDeadlines: number } {
    return { sections: this.durations, cycles: this.cycles, missedDeadlines: this.missed };
  }
}
