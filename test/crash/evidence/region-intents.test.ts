import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { regionIntents } from './region-intents.ts';

const file = path.join(import.meta.dirname, '../../replay/histories/paused-and-resumed.region.json');
const { events } = JSON.parse(readFileSync(file, 'utf8')) as { readonly events: readonly object[] };
const seen = (recorded: readonly object[]) =>
  regionIntents(historyFromJSON({ events: recorded })).map(({ step, paused }) => ({ step, paused }));
const signal = (name: string) => (event: object) => JSON.stringify(event).includes(`"signalName":"${name}"`);

test('a rollout that waits, as it was told, goes on when it is told so', () => {
  expect(seen(events)).toEqual([
    { step: 'begin', paused: false },
    { step: 'advance:1', paused: false },
    { step: 'advance:2', paused: false },
  ]);
});

test('one that goes on without that has not obeyed', () => {
  expect(seen(events.filter((event) => !signal('resumeRegion')(event))).at(-1)).toEqual({
    step: 'advance:2',
    paused: true,
  });
});

test('what it decided before it could know is not held against it', () => {
  // The word to go on, the task that heard it, and what that task decided: a pause now comes in the middle.
  const resumed = events.findIndex(signal('resumeRegion'));
  const pause = events.find(signal('pauseRegion'))!;
  const late = JSON.parse(
    JSON.stringify(pause).replace('eyJjb250cm9sUmV2aXNpb24iOjF9', 'eyJjb250cm9sUmV2aXNpb24iOjJ9'),
  );
  const told = events.toSpliced(resumed + 3, 0, late as object);
  expect(seen(told).at(-1)).toEqual({ step: 'advance:2', paused: false });
});
