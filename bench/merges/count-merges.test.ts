import { expect, test } from '@jest/globals';
import { countMerges, type MergedDeployment } from './count-merges.ts';

const at = (ms: number): Date => new Date(ms);
const row = (number: number, commit: string, more: Partial<MergedDeployment> = {}): MergedDeployment => ({
  service: 'checkout',
  number,
  commit,
  outcome: 'succeeded',
  supersededBy: null,
  startedAt: at(number * 100),
  ...more,
});
const superseded = (number: number, commit: string, supersededBy: number): MergedDeployment =>
  row(number, commit, { outcome: 'superseded', supersededBy, startedAt: null });

test('what took the place of a merge brings it live, over several steps too', () => {
  const rows = [row(1, 'a'), superseded(2, 'b', 3), superseded(3, 'c', 4), row(4, 'd')];
  expect(countMerges(['a', 'b', 'c', 'd'], rows, [])).toMatchObject({
    deployments: 4,
    started: 2,
    open: 0,
    byOutcome: { succeeded: 2, superseded: 2 },
    lost: 0,
    doubled: 0,
  });
});

test.each<[string, readonly MergedDeployment[]]>([
  ['no deployment', [row(1, 'a')]],
  ['a deployment that failed', [row(1, 'a'), row(2, 'b', { outcome: 'failed' })]],
  ['a deployment that is open', [row(1, 'a'), row(2, 'b', { outcome: null })]],
  ['one in its place that failed', [row(1, 'a'), superseded(2, 'b', 3), row(3, 'c', { outcome: 'undone' })]],
  ['nothing in its place', [row(1, 'a'), superseded(2, 'b', 9)]],
  ['one in its place of another service', [row(1, 'a'), superseded(2, 'b', 3), row(3, 'c', { service: 'cart' })]],
])('a merge is lost with %s', (_, rows) => {
  expect(countMerges(['a', 'b'], rows, []).lost).toBe(1);
});

test('a second deployment of a merge is doubled', () => {
  expect(countMerges(['a'], [row(1, 'a'), row(2, 'a')], []).doubled).toBe(1);
});

test('the first start of each service counts from its first arrival', () => {
  const rows = [row(1, 'a'), row(2, 'b'), row(1, 'c', { service: 'cart', startedAt: at(950) })];
  const arrivals = [
    { service: 'checkout', receivedAt: at(40) },
    { service: 'checkout', receivedAt: at(60) },
    { service: 'cart', receivedAt: at(50) },
  ];
  expect(countMerges([], rows, arrivals).firstOfServiceStarted).toMatchObject({ count: 2, p50Ms: 60, maxMs: 900 });
});
