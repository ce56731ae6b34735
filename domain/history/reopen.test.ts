import { expect, test } from '@jest/globals';
import { whyNotRetried, type Tried } from './reopen.ts';

const tried = (changed: Partial<Tried>): Tried => ({
  deployment: 'checkout/87',
  kind: 'rollout',
  outcome: 'failed',
  goesOnAs: null,
  ...changed,
});

test.each<[string, Partial<Tried>, RegExp | null]>([
  ['what failed', {}, null],
  ['what was undone', { outcome: 'undone' }, null],
  ['what was cancelled', { outcome: 'cancelled', kind: 'roll-forward' }, null],
  ['what is not over', { outcome: null }, /is not over/],
  ['what succeeded', { outcome: 'succeeded' }, /succeeded: redeploy/],
  ['what goes on elsewhere', { outcome: 'superseded', goesOnAs: 88 }, /^checkout\/87 goes on as checkout\/88$/],
  ['what was taken back', { outcome: 'superseded' }, /was taken back/],
  ['what people have rejected', { outcome: 'rejected' }, /was rejected/],
  ['a rollback', { kind: 'rollback' }, /roll back again/],
])('%s can be tried again or says why not', (_, changed, why) => {
  const said = whyNotRetried(tried(changed));
  expect(why === null ? said === null : why.test(said ?? '')).toBe(true);
});
