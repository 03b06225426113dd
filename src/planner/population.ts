/** The candidates of one iteration, and their order by cost. */
import { ForesightError, ensure } from '../spec/errors.ts';
import type { CostFunction, Plan } from './planner.ts';

/** N candidates with their costs; NaN costs have become Infinity. */
export interface Population {
  /** Best first, T x A each. */
  readonly ranked: readonly Float32Array[];
  /** Of the same candidates, in the same order. */
  readonly costs: readonly number[];
}

/** How many of the best candidates a planner without elites hands over as such: the controller judges them again. */
export const REPORTED_ELITES = 8;

/** Asks for the candidates' costs and ranks them. Equal costs keep their order. */
export async function evaluate(
  costs: CostFunction,
  candidates: readonly Float32Array[],
): Promise<Population> {
  return rank(candidates, await costs(flatten(candidates), candidates.length));
}

/** The candidates one after the other, N x T x A. */
export function flatten(candidates: readonly Float32Array[]): Float32Array {
  const width = candidates[0].length;
  const flat = new Float32Array(candidates.length * width);
  candidates.forEach((candidate, n) => flat.set(candidate, n * width));
  return flat;
}

/** Orders candidates by the costs that were answered. Throws when there is not one number among them. */
export function rank(candidates: readonly Float32Array[], answer: Float32Array): Population {
  ensure(
    answer.length === candidates.length,
    `planner: the cost function got ${candidates.length} candidates and returned ${answer.length} costs`,
  );
  const worst = (cost: number): number => (Number.isNaN(cost) ? Infinity : cost);
  const order = candidates.map((_, n) => n);
  order.sort((a, b) =>
    worst(answer[a]) < worst(answer[b]) ? -1 : worst(answer[a]) > worst(answer[b]) ? 1 : a - b,
  );
  if (Number.isNaN(answer[order[0]])) {
    throw new ForesightError(`planner: the costs of all ${candidates.length} candidates are NaN`, {
      next: 'foresight doctor (a model whose training diverged predicts NaN)',
    });
  }
  return { ranked: order.map((n) => candidates[n]), costs: order.map((n) => worst(answer[n])) };
}

/** The line of `Plan.iterations` for a population: candidates without a finite cost are left out of the mean. */
export function summary(population: Population): Plan['iterations'][number] {
  const finite = population.costs.filter(Number.isFinite);
  const mean = finite.reduce((sum, cost) => sum + cost, 0) / Math.max(1, finite.length);
  return { best: population.costs[0], mean, count: population.costs.length };
}

/** Remembers the best candidate of all iterations, the elites and the worst of the last, and what each looked like. */
export class Search {
  private best = { actions: new Float32Array(), cost: Infinity };
  private readonly iterations: Plan['iterations'][number][] = [];
  private elites: Population = { ranked: [], costs: [] };
  private worst: Plan['worst'];

  /** Takes note of an iteration and of how many of it are elites. */
  add(population: Population, elites = REPORTED_ELITES): void {
    this.note(population);
    this.elites = firstOf(population, elites);
    const last = population.costs.findLastIndex(Number.isFinite);
    if (last >= 0) this.worst = { actions: population.ranked[last].slice(), cost: population.costs[last] };
  }

  /**
   * Takes note of an average of the last iteration's candidates, asked about alone. It joins them: in their place it would
   * be the only elite, with nothing beside it to be judged again, and the worst as well.
   */
  addAverage(average: Population): void {
    this.note(average);
    const { ranked, costs } = this.elites;
    const together = rank([...ranked, ...average.ranked], Float32Array.of(...costs, ...average.costs));
    this.elites = firstOf(together, REPORTED_ELITES);
  }

  /** The plan that carries out the best sequence seen; the next one's draws are centred on `mean`. */
  plan(mean: Float32Array = this.best.actions.slice()): Plan {
    const { elites, worst, iterations } = this;
    return { ...this.best, mean, elites: elites.ranked, ...(worst ? { worst } : {}), iterations };
  }

  private note(population: Population): void {
    const [cost] = population.costs;
    if (this.iterations.length === 0 || cost < this.best.cost) {
      this.best = { actions: population.ranked[0].slice(), cost };
    }
    this.iterations.push(summary(population));
  }
}

function firstOf({ ranked, costs }: Population, count: number): Population {
  return { ranked: ranked.slice(0, count), costs: costs.slice(0, count) };
}
