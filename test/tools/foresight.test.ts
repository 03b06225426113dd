import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const BIN = join(import.meta.dirname, '../../tools/foresight.mjs');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function foresight(...words: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...words], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('foresight', () => {
  test('--help names the commands and exits with 0', async () => {
    const { code, stdout } = await foresight('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: foresight/);
    expect(stdout).toMatch(/^ {2}collect /m);
    expect(stdout).toMatch(/^ {2}dataset /m);
  });

  test('a misspelt command is bad usage, with a suggestion', async () => {
    const { code, stderr } = await foresight('colect');
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'colect'");
    expect(stderr).toContain('Did you mean collect?');
  });

  test("a command's misspelt option is bad usage, with a suggestion", async () => {
    const { code, stderr } = await foresight('doctor', '--jsno');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean --json?');
  });

  test('--json puts JSON and nothing else on stdout', async () => {
    const { stdout } = await foresight('doctor', '--json');
    const findings = JSON.parse(stdout) as { part: string; ok: boolean }[];
    expect(findings.find(({ part }) => part === 'node')).toMatchObject({ ok: true });
  });
});
