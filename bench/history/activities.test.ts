import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { activitiesOf } from './activities.ts';
import { parseHistory } from './read-history.ts';

const saved = path.join(import.meta.dirname, '../../test/replay/histories/good-with-everything.region.json');

test('the activities of a history come in order, each with its queue and the times of its three events', () => {
  const activities = activitiesOf(parseHistory(readFileSync(saved, 'utf8')));
  expect(activities.slice(0, 5).map(({ name }) => name)).toEqual([
    'recordIntent',
    'beginRegion',
    'recordIntent',
    'advanceRegion',
    'watchBatch',
  ]);
  expect(activities[1]?.queue).toMatch(/^region\./);
  for (const { scheduledMs, startedMs, completedMs } of activities) {
    expect(startedMs).toBeGreaterThanOrEqual(scheduledMs);
    expect(completedMs).toBeGreaterThanOrEqual(startedMs);
  }
});
