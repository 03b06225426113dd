/** Whoever sits at the arm, and where they are asked: at this terminal, or at the page that has started the command. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Person, Wanted } from '../src/calibration/person.ts';
import { answerSchema, type Question } from '../src/jobs/said.ts';
import { ForesightError } from '../src/spec/errors.ts';
import { encodeJpeg } from '../src/video/jpeg.ts';
import { writePng } from '../src/video/png.ts';
import { hasWatcher, tellWatcher } from './terminal.ts';

/** Who has to leave in the end, so that nothing waits for their words any more. */
export interface PresentPerson extends Person {
  leave(): void;
}

/** @param pictures the folder for pictures that a person is asked about at a terminal */
export function personHere(pictures: string, signal: AbortSignal): PresentPerson {
  return hasWatcher() ? personAtPage(signal) : personAtTerminal(pictures, signal);
}

/** What is typed for a place in a picture. */
const FORMS = { pixel: 'ROW,COL', part: 'TOP,LEFT,HEIGHT,WIDTH' } as const;

/** Lines that come before they are asked for wait; when none can come any more, asking is an error. */
function personAtTerminal(pictures: string, signal: AbortSignal): PresentPerson {
  const terminal = createInterface({ input: process.stdin, terminal: false });
  const lines: string[] = [];
  let isGone = false;
  let onNews = (): void => {};
  terminal.on('line', (line) => {
    lines.push(line);
    onNews();
  });
  terminal.on('close', () => {
    isGone = true;
    onNews();
  });
  signal.addEventListener('abort', () => onNews());
  return {
    tell: (line) => void process.stderr.write(`${line}\n`),
    async ask(request, wanted) {
      process.stderr.write(`${request} ${await howToAnswer(wanted, pictures)}Then press Enter: `);
      while (lines.length === 0) {
        signal.throwIfAborted();
        if (isGone) throw new ForesightError('nobody answers', { next: 'run the command at a terminal' });
        await new Promise<void>((resolve) => (onNews = resolve));
      }
      return lines.shift()!;
    },
    leave: () => terminal.close(),
  };
}

async function howToAnswer(wanted: Wanted | undefined, pictures: string): Promise<string> {
  if (wanted === undefined || wanted.kind === 'words') return '';
  const { kind, picture, name, orNothing } = wanted;
  const path = join(pictures, `${name}.png`);
  await writePng(picture, path);
  return `Type ${FORMS[kind]} in ${path}, or nothing ${orNothing}. `;
}

/** A page that is gone cannot answer, nor stop an arm: the command ends as by Ctrl-C. */
function personAtPage(signal: AbortSignal): PresentPerson {
  const onGone = (): void => void process.kill(process.pid, 'SIGINT');
  process.once('disconnect', onGone);
  return {
    tell: (text) => {
      tellWatcher({ say: 'line', text });
    },
    async ask(request, wanted) {
      const question: Question = {
        request,
        wanted: wanted?.kind ?? 'nothing',
        ...(wanted && 'orNothing' in wanted ? { orNothing: wanted.orNothing } : {}),
        ...(wanted && 'aspect' in wanted ? { aspect: wanted.aspect } : {}),
      };
      const picture = wanted && 'picture' in wanted ? { jpeg: await encodeJpeg(wanted.picture) } : {};
      const answered = once(process, 'message', { signal });
      tellWatcher({ say: 'question', question, ...picture });
      const [message] = (await answered) as [unknown];
      return answerSchema.parse(message).answer;
    },
    leave: () => void process.off('disconnect', onGone),
  };
}
