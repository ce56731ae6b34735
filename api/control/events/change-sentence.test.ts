import { expect, test } from '@jest/globals';
import { digest } from '../../../domain/names.ts';
import type { AuditRecord } from '../../../protocol/api/audit.ts';
import { changeSentence } from './change-sentence.ts';

const record = (verb: string, detail: AuditRecord['detail'], actor = 'slipway'): AuditRecord => ({
  sequence: 1,
  at: '2026-11-25T12:00:00.000Z',
  actor,
  verb,
  object: 'checkout/87',
  detail,
  previousHash: digest(`sha256:${'0'.repeat(64)}`),
  hash: digest(`sha256:${'1'.repeat(64)}`),
});

const owing = { region: 'us-east', kind: 'undo' };

test.each([
  ['goal-intended', { region: 'us-east', step: 'advance:2' }, 'us-east is told: batch 2'],
  ['goal-intended', { region: 'us-east', step: 'hold:4' }, 'us-east is told: hold'],
  ['obligation-recorded', { ...owing, reason: 'does not answer' }, 'us-east owes undo: does not answer'],
  ['obligation-replaced', { ...owing, reason: 'does not answer' }, 'no longer wanted: us-east owes undo'],
  ['obligation-settled', { ...owing, settlement: 'applied' }, 'us-east has done what it owed: undo'],
  [
    'obligation-settled',
    { ...owing, kind: 'finish', settlement: 'undone' },
    'us-east owes finish no longer: it was undone there',
  ],
  [
    'obligation-settled',
    { ...owing, settlement: 'overtaken' },
    'us-east owes undo no longer: a later deployment stands there',
  ],
  ['deployment-opened', { kind: 'rollout', release: 'checkout@9' }, 'rollout of checkout@9, asked for by mo'],
  [
    'deployment-opened',
    { kind: 'rollout', release: 'checkout@9', continues: 'checkout/2' },
    'rollout of checkout@9, which was checkout/2',
  ],
  ['paused', { message: 'paused by mo' }, 'paused by mo'],
  ['key-rotated', { reason: 'yearly' }, 'key rotated by mo: yearly'],
])('%s %j reads as a person would say it', (verb, detail, sentence) => {
  expect(changeSentence(record(verb, detail, 'mo'), null)).toBe(sentence);
});
