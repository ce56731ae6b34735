import { describe, expect, test } from '@jest/globals';
import type { Stop } from './ending.ts';
import type { MessageDecision, Standing } from './person-message.ts';
import {
  decideAbort,
  decideApprove,
  decideBreaking,
  decideEndUndo,
  decidePause,
  decideReject,
  decideResume,
} from './person-message.ts';
import { fresh, rolling } from './standing.fixture.ts';

const stop: Stop = { cause: 'aborted', hold: false, by: 'ada', reason: 'bad', at: '2026-01-01T00:00:00Z' };
const places: Readonly<Record<string, Standing>> = {
  'before the plan': fresh,
  'waiting for approval': { ...fresh, planned: true },
  rolling,
  paused: { ...rolling, paused: true },
  held: { ...rolling, held: true },
  'being undone': { ...rolling, stop },
  'being held for good': { ...rolling, stop: { ...stop, hold: true } },
  'asking a person': { ...rolling, stop: { ...stop, cause: 'failed', by: 'slipway' }, asking: true },
  rejected: { ...fresh, stop: { ...stop, cause: 'rejected' } },
  finishing: { ...rolling, finishing: true },
};

const verbs: Readonly<Record<string, (at: Standing) => MessageDecision>> = {
  abort: (at) => decideAbort(at, false),
  'abort --hold': (at) => decideAbort(at, true),
  reject: decideReject,
  pause: decidePause,
  resume: decideResume,
  approve: decideApprove,
  'end undo': decideEndUndo,
};

// A row a place, a column a verb: a accepted, d done already, r refused.
describe.each([
  ['before the plan', 'a a a a r r r'],
  ['waiting for approval', 'a a a a r a r'],
  ['rolling', 'a a r a r r r'],
  ['paused', 'a a r d a r r'],
  ['held', 'a a r a a r r'],
  ['being undone', 'd r r r r r a'],
  ['being held for good', 'r d r r r r r'],
  ['asking a person', 'a a r r r r r'],
  ['rejected', 'd r d r r r r'],
  ['finishing', 'r r r r r r r'],
])('a deployment %s', (place, row) => {
  test.each(Object.keys(verbs).map((verb, column) => [verb, row.split(' ')[column]]))(
    'answers %s with %s',
    (verb, letter) => {
      const decision = verbs[verb!]!(places[place]!);
      expect(decision.do[0]).toBe(letter);
      expect(decision.message).not.toBe('');
    },
  );
});

test('what failed and asks a person is not said to go on, nor to be undone, and says what there is to choose', () => {
  expect(decideResume(places['asking a person']!).message).toBe(
    "checkout/87 has failed since 2026-01-01T00:00:00Z and can't go on: bad; abort it to undo it, or abort it with hold to leave hosts where they are",
  );
});

test('a second abort is answered with the fact and who made it', () => {
  expect(decideAbort(places['being undone']!, false).message).toBe(
    'checkout/87 is being undone since 2026-01-01T00:00:00Z, by ada: bad',
  );
});

test.each([
  ['before the plan', 'checkout/87 is stopped, before any host has changed'],
  ['waiting for approval', 'checkout/87 is stopped, before any host has changed'],
  ['rolling', 'checkout/87 is being undone'],
  ['held', 'checkout/87 is being undone'],
])('an abort %s says what it does there', (place, message) => {
  expect(decideAbort(places[place]!, false).message).toBe(message);
});

test('what was stopped before any host had changed is not said to be undone', () => {
  expect(decideAbort({ ...fresh, stop }, false).message).toBe(
    'checkout/87 was stopped at 2026-01-01T00:00:00Z, by ada: bad',
  );
});

test('undos that lose data are run by a resume and left by the end of the undo', () => {
  const losing = { ...rolling, stop, losing: true };
  expect(decideResume(losing)).toEqual({
    do: 'accept',
    message: 'checkout/87 goes back all the way, by undos that lose data',
  });
  expect(decideEndUndo(losing)).toEqual({
    do: 'accept',
    message: 'checkout/87 ends, and nothing that loses data is run',
  });
  expect(decideAbort(losing, false).do).toBe('done');
});

describe('a message that is refused, or changes nothing, says why', () => {
  const { rejected } = places;
  const held = places['being held for good']!;
  const undone = 'checkout/87 is being undone since 2026-01-01T00:00:00Z, by ada: bad';
  test.each([
    [
      'resume',
      fresh.name,
      { ...fresh, paused: true },
      'the plan of checkout/87 is not made yet, so no token can be bound to it: try again',
    ],
    ['resume', 'being undone', { ...places['being undone']!, paused: true, planned: true }, undone],
    ['approve', 'being undone', { ...fresh, planned: true, touched: true, stop }, undone],
    ['approve', 'before the plan', fresh, 'the plan of checkout/87 is not made yet: try again'],
    ['approve', 'rolling', rolling, 'checkout/87 needs no approval any more'],
    ['reject', 'being undone', places['being undone']!, undone],
    ['reject', 'rejected', rejected!, 'rejected by ada'],
    ['pause', 'rejected', rejected!, 'checkout/87 was rejected at 2026-01-01T00:00:00Z, by ada: bad'],
    ['pause', 'held', held, 'checkout/87 is being held since 2026-01-01T00:00:00Z, by ada: bad'],
    [
      'abort',
      'held',
      held,
      'checkout/87 is being held since 2026-01-01T00:00:00Z, by ada: bad; when that is over, roll back or deploy',
    ],
    ['abort --hold', 'rolling', rolling, 'checkout/87 is being held'],
  ])('%s of what is %s', (verb, _where, at, message) => {
    expect(verbs[verb]!(at).message).toBe(message);
  });
});

describe('glass', () => {
  const waiting = places['waiting for approval']!;
  test.each([
    ['is broken where an approval is asked for', waiting, 'two-persons', 'accept', 'checkout/87 is approved'],
    [
      'is broken before a stage that asks',
      { ...rolling, stageAsked: 'world' },
      'one-with-review',
      'accept',
      'checkout/87 is approved',
    ],
    [
      'is not there where nobody is asked',
      waiting,
      null,
      'refuse',
      'checkout/87 asks nobody: there is nothing to go past',
    ],
    [
      'is not broken where the spec forbids it',
      waiting,
      'never',
      'refuse',
      'nobody goes past the approval of checkout/87: breakGlass is never',
    ],
    [
      'is not broken where nothing is to be approved',
      rolling,
      'two-persons',
      'refuse',
      'checkout/87 needs no approval any more',
    ],
  ] as const)('%s', (_what, at, policy, decided, message) => {
    expect(decideBreaking(at, policy)).toEqual({ do: decided, message });
  });
});

test('a stage that asks can be rejected before it begins', () => {
  expect(decideReject({ ...rolling, stageAsked: 'world' })).toEqual({
    do: 'accept',
    message: 'checkout/87 is rejected before stage world',
  });
});
