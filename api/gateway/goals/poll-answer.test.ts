import { expect, test } from '@jest/globals';
import { digest, serviceName } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { pollResponseSchema, type OfferedGoal, type PollResponse } from '../../../protocol/gateway.ts';
import { pollAnswerText } from './poll-answer.ts';

const envelope = { payloadType: 'goal', payload: 'e30=', signatures: [{ keyid: 'k', sig: 'cw==' }] };
const offer = (name: string): OfferedGoal => ({
  service: serviceName(name),
  etag: digest(digestOf(name)),
  goal: envelope,
  admissions: [envelope],
  traceparent: null,
});
const answer: PollResponse = {
  goals: [offer('checkout'), offer('search')],
  index: { index: envelope, proofs: [{ service: serviceName('checkout'), place: 0, path: ['a'.repeat(64)] }] },
  rootVersion: 1,
  labels: { role: '"web"' },
  maintenance: false,
  reportEveryMs: 60_000,
  now: new Date(0).toISOString(),
};

test.each<[string, PollResponse]>([
  ['with goals', answer],
  ['without', { ...answer, goals: [] }],
  ['without an index', { ...answer, index: null, rootVersion: null }],
  ['that asks for goals', { ...answer, showGoals: true }],
])('the text of an answer %s is its JSON', (_case, each) => {
  const parsed = pollResponseSchema.parse(JSON.parse(pollAnswerText(each)));
  expect(parsed).toEqual(pollResponseSchema.parse(JSON.parse(JSON.stringify(each))));
  expect(pollAnswerText(each)).toBe(pollAnswerText(each));
});
