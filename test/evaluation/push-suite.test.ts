import { expect, it } from 'vitest';
import { pushNovelSuite, pushSuite } from '../../src/evaluation/push-suite.ts';
import { findSuite, suiteNames } from '../../src/evaluation/suites.ts';
import { suiteContract } from '../contract/suite.ts';

suiteContract({ suite: pushSuite, distancesM: [0.08, 0.15] });
suiteContract({ suite: pushNovelSuite, distancesM: [0.08, 0.15] });

it('are found by name; another name is told which there are', () => {
  expect(suiteNames).toEqual(['push', 'push-novel']);
  expect(findSuite('push')).toBe(pushSuite);
  expect(() => findSuite('pull')).toThrow("there is no task suite 'pull'");
  expect(() => findSuite('toString')).toThrow('there is no task suite');
});
