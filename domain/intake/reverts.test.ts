import { expect, test } from '@jest/globals';
import { pullOf, revertsIn, takesBack } from './reverts.ts';

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
const reverts = (message: string) => revertsIn('acme/checkout', { commit: b, message });

test.each([
  ['Fix it (#12)', 12],
  ['Revert "Fix it (#12)" (#13)', 13],
  ['Merge pull request #14 from acme/fix\n\nFix it (#3)', 14],
  ['Fix it (#12) again', null],
  ['Fix #12', null],
  ['Fix it (#0)', null],
])('the pull request of %j is %j', (message, pull) => expect(pullOf(message)).toBe(pull));

test.each([
  ['git revert', `Revert "Fix it"\n\nThis reverts commit ${a}.`, [{ by: b, commit: a }]],
  [
    'git revert of a merge',
    `Revert "Merge"\n\nThis reverts commit ${a}, reversing\nchanges made to ${b}.`,
    [{ by: b, commit: a }],
  ],
  ["GitHub's button", 'Revert "Fix it (#12)" (#13)\n\nReverts acme/checkout#12', [{ by: b, pull: 12 }]],
  ['the same in other letters', 'Revert\n\nReverts Acme/Checkout#12\nbecause', [{ by: b, pull: 12 }]],
  [
    'two at once',
    `Revert both\n\nThis reverts commit ${a}.\nReverts acme/checkout#12`,
    [
      { by: b, commit: a },
      { by: b, pull: 12 },
    ],
  ],
  ['a pull request of another repository', 'Revert\n\nReverts acme/cart#12', []],
  ['a sentence about it', `We could say: This reverts commit ${a}.`, []],
  ['too little of an id', 'This reverts commit abc123.', []],
])('a message takes back what it says: %s', (_, message, expected) => expect(reverts(message)).toEqual(expected));

test.each([
  ['the whole id', { by: b, commit: a }, true],
  ['its beginning', { by: b, commit: 'aaaaaaa' }, true],
  ['another id', { by: b, commit: b }, false],
  ['its pull request', { by: b, pull: 12 }, true],
  ['another pull request', { by: b, pull: 13 }, false],
])('%s names a commit or not', (_, revert, expected) =>
  expect(takesBack(revert, { commit: a, pull: 12 })).toBe(expected),
);
