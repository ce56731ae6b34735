import { expect, test } from '@jest/globals';
import type { Dialog, Problem } from '../client/api.ts';
import { reading, type Asked } from './asking.ts';
import type { Order } from './orders.ts';
import { questionOf } from './question.ts';

const order = (verb: Order['verb']): Order => ({ verb, service: 'checkout', deployment: 87 });
const away: Problem = { type: 'x/unavailable', title: 'away', status: 503, retryable: true };
const dialog: Dialog = {
  verb: 'abort',
  object: 'checkout/87',
  title: 'Abort checkout/87 and undo?',
  lines: [{ label: 'What', text: '10 hosts go back' }],
  keep: 'Keep it running',
  confirm: 'Abort and undo on 10 hosts',
  reason: 'optional',
  refused: null,
  digest: 'sha256:1',
  idempotencyKey: 'key-00000001',
  planDigest: null,
  readAt: '2026-11-25T12:00:00Z',
};
const asked = (of: Dialog | null): Asked => ({
  phase: 'asking',
  dialog: of,
  changed: [],
  problem: null,
  isUncertain: false,
});

test('while it is read nothing can be chosen but to leave it', () => {
  expect(questionOf(order('abort'), reading)).toMatchObject({ title: 'Reading what it would do…', confirm: null });
});

test.each([
  ['abort', 'Abort checkout/87?', 'Abort all the same', 'optional'],
  ['lock', 'Lock checkout?', 'Lock all the same', 'required'],
] as const)(
  '%s can be chosen all the same when its dialog is late or cannot be read',
  (verb, title, confirm, reason) => {
    const shown = { title, confirm, reason };
    expect(questionOf(order(verb), { ...reading, isLate: true })).toMatchObject(shown);
    expect(questionOf(order(verb), { ...reading, problem: away })).toMatchObject(shown);
    expect(questionOf(order(verb), asked(null))).toMatchObject(shown);
  },
);

test.each(['deploy', 'rollback', 'resume', 'unlock', 'approve', 'reject', 'end-undo'] as const)(
  '%s can not be chosen unread',
  (verb) => {
    expect(questionOf(order(verb), { ...reading, isLate: true, problem: away }).confirm).toBeNull();
  },
);

test('what was read is shown as the api says it, and without a button when it is refused', () => {
  expect(questionOf(order('abort'), asked(dialog))).toMatchObject({ title: dialog.title, confirm: dialog.confirm });
  expect(questionOf(order('abort'), asked({ ...dialog, refused: 'it is over' }))).toMatchObject({
    confirm: null,
    refused: 'it is over',
  });
});
