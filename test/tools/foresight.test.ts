import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../tools/foresight.ts';
import { foresight } from './run-foresight.ts';

describe('foresight', () => {
  test('--help names the commands and exits with 0', async () => {
    const { code, stdout } = await foresight(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: foresight/);
    for (const { name } of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  test('a misspelt command is bad usage, with a suggestion', async () => {
    const { code, stderr } = await foresight(['colect']);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'colect'");
    expect(stderr).toContain('Did you mean collect?');
  });

  test("a command's misspelt option is bad usage, with a suggestion", async () => {
    const { code, stderr } = await foresight(['doctor', '--jsno']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean --json?');
  });

  test('--json puts JSON and nothing else on stdout', async () => {
    const { stdout } = await foresight(['doctor', '--json']);
    const findings = JSON.parse(stdout) as { part: string; ok: boolean }[];
    expect(findings.find(({ part }) => part === 'node')).toMatchObject({ ok: true });
  });
});
