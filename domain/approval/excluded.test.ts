import { expect, test } from '@jest/globals';
import { excludedFromApproval, isExcluded } from './excluded.ts';

test.each([
  ['the author, who merged it', { authors: ['lin'], pusher: 'lin' }, null, ['lin']],
  ['the authors and who merged it', { authors: ['lin', 'kim'], pusher: 'pat' }, null, ['lin', 'kim', 'pat']],
  ['also who asked for a release that existed', { authors: ['lin'], pusher: 'pat' }, 'ada', ['lin', 'pat', 'ada']],
  [
    'also who made what it superseded',
    { authors: ['lin'], pusher: 'pat', carries: ['kim', 'Lin'] },
    null,
    ['lin', 'pat', 'kim'],
  ],
  ['each person once, whatever the letters', { authors: ['Lin', 'lin '], pusher: 'LIN' }, 'lin', ['Lin']],
])('nobody approves what is their own: %s', (_, makers, askedBy, excluded) => {
  expect(excludedFromApproval(makers, askedBy)).toEqual(excluded);
});

test.each([
  ['lin', true],
  ['LIN ', true],
  ['linda', false],
  ['pat', false],
])('%j is excluded with lin: %s', (person, excluded) => {
  expect(isExcluded(['lin'], person)).toBe(excluded);
  expect(isExcluded(['Kim', 'lin'], person)).toBe(excluded);
});

test('nobody is excluded where nobody made it', () => expect(isExcluded([], 'lin')).toBe(false));
