import { describe, expect, test } from 'vitest';
import { ForesightError } from '../../src/spec/errors.ts';
import { formatDuration, formatError, formatTable } from '../../tools/terminal.ts';

describe('formatDuration', () => {
  test.each([
    [0, '0 ms'],
    [85.4, '85 ms'],
    [999.9, '1.0 s'],
    [4200, '4.2 s'],
    [9960, '10 s'],
    [59_700, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('%d ms is %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});

test('formatTable aligns words left and numbers right', () => {
  const table = formatTable(
    ['planner', 'cost'],
    [
      ['icem', 3],
      ['random-shooting', 12],
    ],
  );
  expect(table).toBe(['planner          cost', 'icem                3', 'random-shooting    12'].join('\n'));
});

describe('formatError', () => {
  const error = new ForesightError('no dataset at data/play', { next: 'foresight collect' });

  test('says what is wrong and what to do next, without a stack', () => {
    expect(formatError(error, false)).toBe('error: no dataset at data/play\nnext: foresight collect');
  });

  test('adds the stack where asked for', () => {
    expect(formatError(error, true)).toContain('terminal.test.ts');
  });

  test('says how to get the stack of an unforeseen error', () => {
    expect(formatError(new TypeError('x is null'), false)).toContain('DEBUG=1');
  });
});
