/** What is on disk, as cards: asked for when the view is opened. */
import type { ComponentChildren } from 'preact';
import { useAnswer } from '../answers.ts';
import type { Problem } from '../../../src/server/messages.ts';

interface ShelfProps<Message> {
  readonly title: string;
  readonly about: string;
  /** Where under `/api/` it is told. */
  readonly from: string;
  /** The command that makes the first one. */
  readonly first: string;
  readonly wide?: boolean;
  /** Asks again whenever it changes. */
  readonly moment?: unknown;
  readonly cards: (message: Message) => readonly ComponentChildren[];
}

export function Shelf<Message>({ title, about, from, first, wide, moment, cards }: ShelfProps<Message>) {
  const answer = useAnswer<Message>(`/api/${from}`, moment);
  const shown = answer.message === undefined ? [] : cards(answer.message);
  return (
    <section>
      <h2>{title}</h2>
      <p class="about">{about}</p>
      {answer.problem !== undefined && (
        <p class="problem" role="alert">
          {answer.problem}
        </p>
      )}
      {answer.message !== undefined && shown.length === 0 && (
        <p class="notice">
          None yet. Make one: <code>{first}</code>
        </p>
      )}
      <div class={wide ? 'cards wide' : 'cards'}>{shown}</div>
    </section>
  );
}

export function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <article class="card">
      <h3>{title}</h3>
      {children}
    </article>
  );
}

export function ProblemCard({ name, problem }: Problem) {
  return (
    <Card title={name}>
      <p class="problem">{problem}</p>
    </Card>
  );
}

/** Names and what is so. */
export function Facts({ named }: { named: Readonly<Record<string, string>> }) {
  return (
    <dl>
      {Object.entries(named).map(([name, fact]) => (
        <>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </>
      ))}
    </dl>
  );
}
