import { expect, test } from '@jest/globals';
import { deployment, noHosts as none, now, service, why } from './shown.fixture.ts';
import { deploymentMark, hostsMark, reportsMark, serviceLines, whyText } from './status-text.ts';

const linesOf = (...given: Parameters<typeof serviceLines>): string[] => serviceLines(...given).map(({ text }) => text);

test.each([
  ['all well', { ...none, total: 3, healthy: 3 }, '✓ healthy'],
  ['one bad', { ...none, total: 3, healthy: 2, unhealthy: 1 }, '✕ unhealthy'],
  ['one went back', { ...none, total: 3, healthy: 2, reverted: 1 }, '↩ reverted'],
  ['one says nothing', { ...none, total: 3, healthy: 2, unknown: 1 }, '? unknown'],
  ['one on its way', { ...none, total: 3, healthy: 2, switching: 1 }, '▶ switching'],
  ['one gone for long', { ...none, total: 3, healthy: 2, absent: 1 }, '✓ healthy'],
  ['all gone for long', { ...none, total: 3, absent: 3 }, '– absent'],
  ['no host', none, '– no host'],
  ['not reported', null, '? unknown'],
])('hosts of a region: %s', (_, hosts, mark) => {
  expect(hostsMark({ hosts, stale: false })).toBe(mark);
});

test('counts that are too old are unknown, however good they were', () => {
  expect(hostsMark({ hosts: { ...none, total: 3, healthy: 3 }, stale: true })).toBe('? unknown');
});

test.each([
  [{ stale: false, services: service.hosts }, '✓ reports'],
  [{ stale: true, services: service.hosts }, '? unknown'],
  [{ stale: true, services: [] }, '– no service'],
])('a region as a whole: %#', (region, mark) => {
  expect(reportsMark(region)).toBe(mark);
});

test.each([
  [{ ...deployment }, '▶ rolling'],
  [{ ...deployment, held: true, paused: true }, '✋ held'],
  [{ ...deployment, paused: true }, '⏸ paused'],
  [{ ...deployment, state: 'baking' as const }, '◔ baking'],
  [{ ...deployment, state: 'approving' as const, waiting: 'waits for approval' }, '⧗ approving'],
  [{ ...deployment, outcome: 'succeeded' as const }, '✓ succeeded'],
  [{ ...deployment, outcome: 'undone' as const }, '↩ undone'],
  [{ ...deployment, outcome: 'failed' as const }, '✕ failed'],
])('a deployment has a shape and a word: %#', (shown, mark) => {
  expect(deploymentMark(shown)).toBe(mark);
});

test('a service is told in a few lines: where, what moves, why, and what to do', () => {
  expect(linesOf(service, { ...deployment, held: true, why }, now)).toEqual([
    'checkout  @411 → @412  checkout/87 ✋ held',
    '  eu-west   @412  ✓ healthy  1,200 of 1,200  1 s',
    '  ap-south  @411  ? unknown  was 620 of 620  9 min 1 s',
    '  lane  nothing waits, not locked',
    '  why   held: budget exceeded; since 2026-11-24 11:56 UTC, 4 min',
    '  next  slipway resume checkout/87   (a person must resume or abort it)',
  ]);
});

test('where no command helps, the next step says what will happen', () => {
  const moving = { ...why, next: { text: 'nothing needs a person', command: null, verb: null }, needsSomeone: false };
  expect(linesOf(service, { ...deployment, why: moving }, now).at(-1)).toBe('  next  nothing needs a person');
});

test('a settled service needs nobody, and says what brings the next release', () => {
  const settled = { ...service, active: null, lane: { ...service.lane, active: null } };
  expect(linesOf(settled, null, now).slice(-2)).toEqual([
    '  lane  nothing waits, not locked',
    '  next  Nothing needs you. A merge into main brings the next release.',
  ]);
});

test('a locked service says who holds it, why, and how to open it', () => {
  const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T11:00:00.000Z' };
  const undone = {
    ...why,
    cause: 'checkout/87 was undone: eu-west: 3 of 3 failed',
    next: { text: 'unlock it when the cause is gone', command: 'slipway unlock checkout --reason …', verb: 'unlock' },
  } as const;
  const lines = linesOf({ ...service, why: undone, lane: { ...service.lane, active: null, lock } }, null, now);
  expect(lines.slice(-3)).toEqual([
    '  lane  nothing waits, locked by mo: "INC-7"',
    '  why   checkout/87 was undone: eu-west: 3 of 3 failed; since 2026-11-24 11:56 UTC, 4 min',
    '  next  slipway unlock checkout --reason …   (unlock it when the cause is gone)',
  ]);
});

test('a cause that says since when is not told twice', () => {
  const cause = 'the lane is locked since 2026-11-24 11:56 UTC by mo: "INC-7"';
  expect(whyText({ ...why, cause }, now)).toBe(`${cause}; for 4 min`);
});
