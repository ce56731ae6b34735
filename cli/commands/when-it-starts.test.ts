import { expect, test } from '@jest/globals';
import type { DeployAnswer } from '../../protocol/api/deployment.ts';
import type { Lane } from '../../protocol/api/lane.ts';
import { service } from '../shown.fixture.ts';
import { whenItStarts } from './when-it-starts.ts';

const { lane } = service;
const entry = lane.active!;
const waiting: Lane = { ...lane, active: null, queue: [{ ...entry, deployment: 'checkout/88' }] };
const empty: Lane = { ...lane, active: null };
const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T11:00:00.000Z' };

const answerOf = (ahead: number): DeployAnswer => ({
  deployment: 'checkout/90',
  number: entry.number,
  repeated: false,
  ahead,
  lock: null,
});

test.each([
  ['first', answerOf(0), lane, 'now: it goes through its checks, approvals and regions'],
  ['behind the one that runs', answerOf(1), lane, 'after checkout/87'],
  ['behind several', answerOf(3), lane, 'after checkout/87 and 2 more'],
  ['behind one that has not begun', answerOf(1), waiting, 'after checkout/88'],
  ['behind what came meanwhile', answerOf(1), empty, 'after 1 deployment before it'],
  ['behind a lock', { ...answerOf(1), lock }, lane, 'when the lane is unlocked: locked by mo: "INC-7"'],
])('a deployment that is %s says when it starts', (_, answer, before, text) => {
  expect(whenItStarts(answer, before)).toBe(text);
});
