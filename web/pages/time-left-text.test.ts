import { expect, test } from '@jest/globals';
import type { Deployment } from '../client/api.ts';
import { deploymentFixture } from '../live/known.fixture.ts';
import { onItsWaySince, timeLeftText } from './time-left-text.ts';

const at = '2026-11-25T12:00:00Z';
const step = { name: '', state: 'running', endedAt: null, note: null } as const;
const steps: Deployment['steps'] = [
  { ...step, kind: 'approval', startedAt: '2026-11-25T11:00:00Z', endedAt: at },
  { ...step, kind: 'stage', startedAt: '2026-11-25T12:10:00Z' },
  { ...step, kind: 'stage', startedAt: '2026-11-25T12:30:00Z' },
];
const why = { cause: 'paused', since: at, next: { text: '', command: null, verb: null }, needsSomeone: true };

test.each<[string, Partial<Deployment>, string | null]>([
  ['a rollout', { steps }, at],
  ['what is still built', { steps: steps.slice(0, 1) }, null],
  ['one that nobody had to approve', { steps: steps.slice(1) }, '2026-11-25T12:10:00Z'],
  ['what waits for its first stage', { steps: [steps[0]!, { ...steps[1]!, startedAt: null }] }, null],
  ['what waits for a person', { steps, why }, null],
  ['what goes back', { steps, state: 'undoing' }, null],
  ['what is over', { steps, outcome: 'succeeded' }, null],
  ['a rollback', { steps, kind: 'rollback' }, null],
])('of %s the time is counted since %j: %j', (_, parts, since) => {
  expect(onItsWaySince(deploymentFixture(parts))).toBe(since);
});

test.each<[{ least: number; most: number } | null, number, string | null]>([
  [null, 0, null],
  [{ least: 120_000, most: 300_000 }, 60_000, 'about 1 min to 4 min left'],
  [{ least: 120_000, most: 120_000 }, 0, 'about 2 min left'],
  [{ least: 60_000, most: 300_000 }, 60_000, 'at most 4 min left'],
  [{ least: 60_000, most: 300_000 }, 299_500, 'about to end'],
  [{ least: 60_000, most: 300_000 }, 300_000, 'longer than the last ones took'],
])('when the last ones took %j ms, after %i ms it says %s', (tookMs, elapsedMs, text) => {
  expect(timeLeftText(tookMs, elapsedMs)).toBe(text);
});
