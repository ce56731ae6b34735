import { describe, expect, test } from '@jest/globals';
import type { Dialog, Problem } from '../client/api.ts';
import {
  afterEvent,
  isAsked,
  isMoved,
  mayPress,
  reading,
  type Asked,
  type Asking,
  type AskingEvent,
} from './asking.ts';

const dialog: Dialog = {
  verb: 'abort',
  object: 'checkout/87',
  title: 'Abort checkout/87 and undo?',
  lines: [
    { label: 'What', text: '10 hosts go back @412 → @411' },
    { label: 'Time', text: 'about 50 s' },
  ],
  keep: 'Keep it running',
  confirm: 'Abort and undo on 10 hosts',
  reason: 'optional',
  refused: null,
  digest: 'sha256:1',
  idempotencyKey: 'key-00000001',
  planDigest: null,
  readAt: '2026-11-25T12:00:00Z',
};
const problem = (status: number, code: string): Problem => ({
  type: `x/${code}`,
  title: code,
  status,
  retryable: false,
});
const after = (...events: readonly AskingEvent[]): Asking => events.reduce(afterEvent, reading);
const asked = (...events: readonly AskingEvent[]): Asked => {
  const asking = after({ type: 'read', dialog }, ...events);
  if (!isAsked(asking)) throw new Error(`it is ${asking.phase}`);
  return asking;
};

test('nothing can be pressed while the answer is awaited', () => {
  expect(mayPress(asked())).toBe(true);
  expect(mayPress(asked({ type: 'sent' }))).toBe(false);
});

test('without an answer it says so, and may be pressed again', () => {
  const waiting = asked({ type: 'sent' }, { type: 'no-answer' });
  expect([waiting.isUncertain, mayPress(waiting)]).toEqual([true, true]);
});

test.each([0, 502, 503])('a request that was cut off with status %d may have arrived', (status) => {
  expect(asked({ type: 'sent' }, { type: 'failed', problem: problem(status, 'away') })).toMatchObject({
    phase: 'asking',
    isUncertain: true,
    problem: null,
  });
});

test('a refusal stands in the dialog, with its reason', () => {
  const refusal = problem(409, 'refused');
  expect(asked({ type: 'sent' }, { type: 'failed', problem: refusal })).toMatchObject({
    phase: 'asking',
    problem: refusal,
    isUncertain: false,
  });
  expect([isMoved(refusal), isMoved(problem(409, 'state-changed'))]).toEqual([false, true]);
});

describe('a dialog whose meaning moved', () => {
  const moved: Dialog = {
    ...dialog,
    title: 'Abort checkout/87 and undo in 2 regions?',
    lines: [dialog.lines[0]!, { label: 'Time', text: 'about 2 min' }, { label: 'After', text: 'locked' }],
  };

  test('is drawn anew with what differs marked, and has to be pressed again', () => {
    const redrawn = asked({ type: 'sent' }, { type: 'read', dialog: moved });
    expect(redrawn).toMatchObject({ phase: 'asking', changed: ['title', 'Time', 'After'], dialog: moved });
  });

  test('that is refused now offers no button', () => {
    expect(mayPress(asked({ type: 'read', dialog: { ...moved, refused: 'it has ended' } }))).toBe(false);
  });
});

test('what was accepted is accepted, also when the dialog was closed before the answer came', () => {
  const accepted = { type: 'accepted', at: 1, message: 'aborted by ada' } as const;
  expect(after({ type: 'read', dialog }, { type: 'sent' }, { type: 'kept' }, accepted).phase).toBe('accepted');
  expect(after({ type: 'kept' }, { type: 'read', dialog }).phase).toBe('kept');
});

test('a dialog that could not be read says why, and may be read again', () => {
  const away = problem(503, 'unavailable');
  expect(after({ type: 'unreadable', problem: away })).toEqual({ phase: 'reading', problem: away, isLate: false });
  expect(after({ type: 'unreadable', problem: away }, { type: 'read', dialog })).toMatchObject({ dialog });
});

describe('what was sent without its dialog', () => {
  const unread = (...events: readonly AskingEvent[]): Asking => after({ type: 'late' }, { type: 'sent' }, ...events);

  test('stays as it was sent, also when the dialog comes after all', () => {
    expect(unread({ type: 'no-answer' }, { type: 'read', dialog })).toMatchObject({ dialog: null, isUncertain: true });
  });

  test('may be pressed again as long as no answer came', () => {
    const lost = unread({ type: 'failed', problem: problem(0, 'no-connection') });
    expect(isAsked(lost) && mayPress(lost)).toBe(true);
  });

  test('can be refused and accepted', () => {
    const refusal = problem(409, 'refused');
    expect(unread({ type: 'failed', problem: refusal })).toMatchObject({ problem: refusal, isUncertain: false });
    expect(unread({ type: 'accepted', at: 1, message: 'paused by ada' }).phase).toBe('accepted');
  });
});
