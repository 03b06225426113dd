/**
 * The best of many candidates looks better than it is: of many predictions, the one whose errors flatter it most wins
 * (the optimizer's curse, Smith and Winkler 2006). So the best few are judged again, each in several copies that
 * start a little to the side: a push that only works when the finger meets the object at one exact place is a bad
 * push, and a cost that one lucky error made does not come out the same twice.
 */
import type { Costs, Plan } from '../planner/planner.ts';
import type { Random } from '../spec/random.ts';

export interface FinalistsConfig {
  /** How many are judged again, in all: favourites and the plan itself, then its elites; below 2 the plan stays as it is. */
  readonly finalists: number;
  /** How often each: once as it is, the other times shaken. */
  readonly copies: number;
  /** Standard deviation of what is added to the first action of a shaken copy, in units of its range -1..1. */
  readonly shake: number;
  /** The last plan goes on unless another is better by this, pixels: those who hesitate get nowhere. */
  readonly commitment: number;
}

/** A sequence that is judged again whatever the planner thought of it, and how many pixels worse it may be. */
export interface Favourite {
  readonly actions: Float32Array;
  readonly credit: number;
}

/** The first action's numbers that are shaken: x and y. */
const SHAKEN = 2;

/** The same plan with the finalist that does best on average as the one to carry out. */
export async function reconsider(
  plan: Plan,
  costs: Costs,
  random: Random,
  favourites: readonly Favourite[],
  { finalists, copies, shake }: FinalistsConfig,
): Promise<Plan> {
  const given = [...favourites.map(({ actions }) => actions), plan.actions];
  const others = plan.elites.filter((elite) => !given.some((known) => isSame(elite, known)));
  const chosen = [...given, ...others].slice(0, finalists);
  if (chosen.length < 2) return plan;
  const width = plan.actions.length;
  const shakes = drawShakes(copies, shake, random);
  const all = new Float32Array(finalists * copies * width);
  // There are always as many: another number would be another program to compile.
  for (let i = 0; i < finalists * copies; i++) {
    const copy = chosen[Math.floor(i / copies) % chosen.length].slice();
    shakes[i % copies].forEach((by, d) => (copy[d] = Math.max(-1, Math.min(1, copy[d] + by))));
    all.set(copy, i * width);
  }
  const answer = await costs.costs(all, finalists * copies);
  const means = chosen.map((_, k) => mean(answer.subarray(k * copies, (k + 1) * copies)));
  const bonus = (k: number): number => favourites.at(k)?.credit ?? 0;
  const best = means.reduce((a, cost, k) => (cost - bonus(k) < means[a] - bonus(a) ? k : a), 0);
  return { ...plan, actions: chosen[best].slice(), cost: means[best] };
}

/**
 * What is added to the first action of each copy, nothing to the first one. All finalists are shaken alike, and to both
 * sides alike: what differs between their means is then how good they are, not how they were shaken (common random
 * numbers and antithetic variates, Law 2015, chapter 11). Shaken each in its own way, the best changed with every
 * control step, and the arm went to and fro.
 */
function drawShakes(copies: number, shake: number, random: Random): number[][] {
  const shakes = [Array.from({ length: SHAKEN }, () => 0)];
  while (shakes.length < copies) {
    const by = shakes[0].map(() => shake * random.normal());
    shakes.push(by, by.map((x) => -x)); // prettier-ignore
  }
  return shakes.slice(0, Math.max(1, copies));
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i]);
}

/** NaN counts as the worst. */
function mean(costs: Float32Array): number {
  const sum = costs.reduce((a, b) => a + b, 0) / costs.length;
  return Number.isNaN(sum) ? Infinity : sum;
}
