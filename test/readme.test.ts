/**
 * The README's commands are true, and those for a real arm. Every `npx foresight ...` line in its `sh` blocks is parsed by the real program
 * (the command and its options exist, values are acceptable); blocks whose first line is `# checked` are also run.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from '../tools/foresight.ts';

const ROOT = join(import.meta.dirname, '..');

interface CommandLine {
  readonly line: string;
  readonly words: readonly string[];
  readonly isRun: boolean;
}

/** The `npx foresight` lines of a text's `sh` blocks, with `\` continuations joined and trailing comments cut. */
function commandLines(markdown: string): CommandLine[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1]);
  return blocks.flatMap((block) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line.startsWith('npx foresight'))
      .map((line) => ({
        line,
        words: line.split(/\s+/).slice(2),
        isRun: block.startsWith('# checked'),
      })),
  );
}

/** Parses and validates as a run would, without running. */
async function parse(words: readonly string[]): Promise<void> {
  const program = await buildProgram(words);
  const disarm = (command: Command): void => {
    command.configureOutput({ writeErr: () => {} });
    if (command.commands.length === 0) command.action(() => {});
    command.commands.forEach(disarm);
  };
  disarm(program);
  await program.parseAsync(words, { from: 'user' });
}

const lines = ['README.md', 'docs/real-arm.md'].flatMap((file) =>
  commandLines(readFileSync(join(ROOT, file), 'utf8')),
);

test('the README has commands, and one at least is run', () => {
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.some(({ isRun }) => isRun)).toBe(true);
});

test.each(lines)('$line is understood', async ({ words }) => {
  await parse(words);
});

test.each(lines.filter(({ isRun }) => isRun))('$line runs', async ({ words }) => {
  await promisify(execFile)(process.execPath, ['tools/foresight.mjs', ...words], { cwd: ROOT });
});

test.each(['doctor --no-such-option', 'no-such-command', 'doctor surplus'])('%s is caught', async (text) => {
  await expect(parse(text.split(' '))).rejects.toThrow();
});

test('continuations and comments are read as a shell reads them', () => {
  const [command] = commandLines('```sh\n# checked\nnpx foresight doctor \\\n  --json # all of it\n```\n');
  expect(command).toEqual({
    line: 'npx foresight doctor    --json',
    words: ['doctor', '--json'],
    isRun: true,
  });
});
