/** How evaluations ended, as a table in the terminal. */
import type { CampaignResult } from '../src/evaluation/campaign.ts';
import { formatTable } from './terminal.ts';

/**
 * The success table, a line a contender in a suite.
 *
 * @param showsPlanners whether a column says what each plans with
 */
export function successTable(
  results: readonly CampaignResult[],
  { showsPlanners = false }: { readonly showsPlanners?: boolean } = {},
): string {
  const percent = (rate: number): string => (Number.isNaN(rate) ? '-' : `${(100 * rate).toFixed(0)}%`);
  const number = (value: number | null | undefined, digits: number): string =>
    value === null || value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits);
  return formatTable(
    [
      'suite',
      'model',
      ...(showsPlanners ? ['planner'] : []),
      'success',
      '95% interval',
      'final cm, mean / median',
      'px, mean',
      'steps',
      'plan ms, median / p95',
    ],
    results.map(({ result: r, settings }) => [
      r.suite,
      r.controller,
      ...(showsPlanners ? [typeof settings['planner'] === 'string' ? settings['planner'] : '-'] : []),
      `${r.success.successes}/${r.success.trials} = ${percent(r.success.rate)}`,
      `${percent(r.success.low)} to ${percent(r.success.high)}`,
      `${number(r.finalCm.mean, 2)} / ${number(r.finalCm.median, 2)}`,
      number(r.finalPx.mean, 1),
      number(r.steps, 1),
      `${number(r.planMs?.median, 0)} / ${number(r.planMs?.p95, 0)}`,
    ]),
  );
}
