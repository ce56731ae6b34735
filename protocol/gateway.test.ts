import { expect, test } from '@jest/globals';
import type { z } from 'zod';
import { digestOf } from './digest.ts';
import { pollRequestSchema, pollResponseSchema, reportBatchSchema } from './gateway.ts';

const digest = digestOf('release');
const envelope = { payloadType: 'goal', payload: '', signatures: [{ keyid: 'k', sig: '' }] };
const offer = { service: 'checkout', etag: digest, goal: envelope, admissions: [], traceparent: null };
const service = {
  service: 'checkout',
  generation: 7,
  attempt: { deployment: 3, local: 0 },
  running: digest,
  health: 'healthy',
  state: 'healthy',
  refused: [{ deployment: 2, digest, reason: 'crashed' }],
  pinned: false,
  maintenance: false,
  instance: { pid: 1, startTime: '1', bootId: 'b' },
  reason: null,
  trace: { traceparent: '00-1-2-01', switchStartedAt: '2026-11-24T10:00:00Z', switchedAt: '2026-11-24T10:00:01Z' },
};

/** Every object but labels, which are names of their own, gets a field that no version knows yet; envelopes stay signed. */
function ofLaterVersion(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ofLaterVersion);
  if (typeof value !== 'object' || value === null || value === envelope) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    name === 'labels' ? member : ofLaterVersion(member),
  ]);
  return { ...Object.fromEntries(members), ofALaterVersion: true };
}

test.each<[string, z.ZodType, object]>([
  ['a poll', pollRequestSchema, { known: [{ service: 'checkout', etag: digest }], waitMs: 0 }],
  [
    'an answer to a poll',
    pollResponseSchema,
    { goals: [offer], labels: { role: 'web' }, reportEveryMs: 1_000, now: '2026-11-24T10:00:00Z' },
  ],
  ['a report', reportBatchSchema, { sequence: 1, bootId: 'b', agentVersion: '1', services: [service] }],
])('%s of a later version is read as this one knows it', (_what, schema, message) => {
  expect(schema.parse(ofLaterVersion(message))).toEqual(message);
});

test.each([
  [253_402_300_799_999, true],
  [253_402_300_800_000, false],
  [Number.MAX_SAFE_INTEGER, false],
])('a report of generation %d is taken: %s', (generation, taken) => {
  const report = { sequence: 1, bootId: 'b', agentVersion: '1', services: [{ ...service, generation }] };
  expect(reportBatchSchema.safeParse(report).success).toBe(taken);
});
