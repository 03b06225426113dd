/** What is on disk, asked for under `/api/`. */
import { useEffect, useState } from 'preact/hooks';

export interface Answer<Message> {
  readonly message?: Message;
  readonly problem?: string;
}

/**
 * The answer under an address: none at first, the one before while the next is fetched.
 *
 * @param moment asks again whenever it changes
 */
export function useAnswer<Message>(address: string, moment: unknown = null): Answer<Message> {
  const [answer, setAnswer] = useState<Answer<Message>>({});
  useEffect(() => {
    const controller = new AbortController();
    void fetchJson(address, controller.signal).then(
      (message) => setAnswer({ message: message as Message }),
      (error: unknown) => {
        if (!controller.signal.aborted) setAnswer({ problem: `Could not be read: ${String(error)}` });
      },
    );
    return () => controller.abort();
  }, [address, moment]);
  return answer;
}

async function fetchJson(address: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** A number that changes every so many milliseconds while something is under way, and once when it is over. */
export function usePulse(everyMs: number, isUnderWay: boolean): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (!isUnderWay) return undefined;
    const beat = (): void => setCount((before) => before + 1);
    const timer = setInterval(beat, everyMs);
    return () => {
      clearInterval(timer);
      beat();
    };
  }, [everyMs, isUnderWay]);
  return count;
}
