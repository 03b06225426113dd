/** What is on disk, as cards: asked for when the view is opened. */
import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Problem } from '../../../src/server/messages.ts';

interface ShelfProps<Message> {
  readonly title: string;
  readonly about: string;
  /** Where under `/api/` it is told. */
  readonly from: string;
  /** The command that makes the first one. */
  readonly first: string;
  readonly wide?: boolean;
  readonly cards: (message: Message) => readonly ComponentChildren[];
}

export function Shelf<Message>({ title, about, from, first, wide, cards }: ShelfProps<Message>) {
  const [answer, setAnswer] = useState<{ message?: Message; problem?: string }>({});
  useEffect(() => {
    const controller = new AbortController();
    void ask(`/api/${from}`, controller.signal).then(
      (message) => setAnswer({ message: message as Message }),
      (error: unknown) => {
        if (!controller.signal.aborted) setAnswer({ problem: `Could not be read: ${String(error)}` });
      },
    );
    return () => controller.abort();
  }, [from]);
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

async function ask(address: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
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
