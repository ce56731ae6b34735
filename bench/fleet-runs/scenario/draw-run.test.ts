import { expect, test } from '@jest/globals';
import { drawRun, switchedBy } from './draw-run.ts';
import type { FleetRun, Way } from './scenario.ts';

const runs = Array.from({ length: 200 }, (_, index) => drawRun(1, index + 1, 200));
const count = ({ hosts }: FleetRun, kind: Way['kind']): number => hosts.filter(({ way }) => way.kind === kind).length;

test('a run is the same each time it is drawn, whatever else is drawn', () => {
  expect(drawRun(1, 17, 200)).toEqual(runs[16]);
  expect(drawRun(2, 17, 200)).not.toEqual(runs[16]);
});

test('of 200 hosts 2 are slow, 2 lie, 4 vanish and 10 are away for a while', () => {
  for (const run of runs) {
    expect([count(run, 'slow'), count(run, 'liar'), count(run, 'away')]).toEqual([2, 2, 14]);
    const returning = run.hosts.filter(({ way }) => way.kind === 'away' && typeof way.until !== 'string');
    expect(returning).toHaveLength(10);
  }
});

test('an odd host stands anywhere in the order, also first', () => {
  const firsts = runs.filter(({ hosts }) => hosts[0]!.way.kind !== 'steady').length;
  expect(firsts).toBeGreaterThan(5);
  expect(firsts).toBeLessThan(35);
});

test('a release that is bad on fewer hosts than may fail is bad in the last batch only', () => {
  const partly = runs
    .filter(({ release }) => release === 'bad-on-some')
    .map((run) => ({ run, bad: run.hosts.flatMap(({ badHere }, at) => (badHere ? [at] : [])) }));
  const few = partly.filter(({ run, bad }) => bad.length <= (200 * run.budgetPercent) / 100);
  expect(few.length).toBeGreaterThan(10);
  expect(partly.length - few.length).toBeGreaterThan(10);
  for (const { run, bad } of few) expect(Math.min(...bad)).toBeGreaterThanOrEqual(switchedBy(run.batches.at(-2)!, 200));
});

test('200 runs hold each kind of release, lie, memory and act', () => {
  const ways = runs.flatMap(({ hosts }) => hosts.map(({ way }) => way));
  const lies = ways.flatMap((way) => (way.kind === 'liar' ? [way.lie] : []));
  const memories = ways.flatMap((way) => (way.kind === 'away' ? [way.memory] : []));
  expect(new Set(runs.map(({ release }) => release)).size).toBe(3);
  expect(new Set(lies).size).toBe(8);
  expect(new Set(memories).size).toBe(3);
  expect(new Set(runs.map(({ act }) => act?.verb))).toEqual(new Set(['abort', 'region-rollback', undefined]));
});
