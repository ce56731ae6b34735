import { expect, test } from '@jest/globals';
import { directorAfter, type HeardDirector, type NamedDirector } from './directors.ts';

const held: HeardDirector = { keyId: 'one', rootVersion: 3, silentMs: 20_000 };
const one = (rootVersion: number): NamedDirector => ({ keyId: 'one', rootVersion });
const other = (rootVersion: number): NamedDirector => ({ keyId: 'other', rootVersion });

test.each([
  ['the same key by the same root document', held, one(3), one(3)],
  ['the same key by an older root document keeps the newer', held, one(2), one(3)],
  ['the same key by a newer root document', held, one(4), one(4)],
  ['another key of a newer root document', held, other(4), other(4)],
  ['another key of the same root document', held, other(3), null],
  ['another key of an older root document', held, other(2), null],
  ['another after two minutes, not yet', { ...held, silentMs: 120_000 }, other(2), null],
  ['another after two minutes', { ...held, silentMs: 120_001 }, other(2), other(2)],
])('%s', (_what, before, asking, after) => {
  expect(directorAfter(before, asking)).toEqual(after);
});
