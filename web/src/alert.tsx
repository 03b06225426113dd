/** What went wrong, and what to do next; nothing while nothing did. */
interface Problem {
  readonly message: string;
  readonly next?: string;
}

export function Alert({ problem }: { readonly problem: Problem | string | null | undefined }) {
  if (problem === null || problem === undefined) return null;
  return (
    <p class="problem" role="alert">
      {inWords(problem)}
    </p>
  );
}

export function inWords(problem: Problem | string): string {
  if (typeof problem === 'string') return problem;
  return problem.next === undefined ? problem.message : `${problem.message}: ${problem.next}`;
}
