import { expect, test } from '@jest/globals';
import type { Hook, Hooks } from '../hook/hook.ts';
import { hookLines, hooksToRunText, hooksToUndoText, type BegunHook } from './hook-text.ts';
import { euWest, usEast } from './why.fixture.ts';

const hook = (run: string, more: Partial<Hook> = {}): Hook => ({
  run,
  undo: null,
  timeoutMs: 1,
  mayStay: false,
  destructive: false,
  ...more,
});
const none = { before: [], after: [] };
const hooks: Hooks = {
  before: [
    hook('./expand', { mayStay: true }),
    hook('./up', { undo: './down' }),
    hook('./fill', { undo: './drop', destructive: true }),
  ],
  after: [hook('./mail')],
  region: { before: [hook('./drain', { undo: './refill' })], after: [] },
};
const begun = (index: number, more: Partial<BegunHook> = {}): BegunHook => ({
  moment: 'before',
  region: null,
  index,
  state: 'ran',
  ...more,
});

test('a plan says of each hook what takes it back, if anything does', () => {
  expect(hookLines(hooks)).toEqual([
    ['before', './expand (may stay); ./up (undo: ./down); ./fill (undo: ./drop, which loses data: a person is asked)'],
    ['before each region', './drain (undo: ./refill)'],
    ['after', './mail (cannot be undone)'],
  ]);
  expect(hookLines(undefined)).toEqual([]);
});

test('what will run is one sentence, with what the release before can not do', () => {
  expect(hooksToRunText({})).toBe('none');
  expect(hooksToRunText({ hooks: { ...none, after: [hook('./mail')], region: none } })).toBe(
    'after: ./mail (cannot be undone)',
  );
  expect(hooksToRunText({ compatibleWith: 'none' })).toBe('none. The release before cannot run once this one has.');
});

test.each<[string, readonly BegunHook[], string]>([
  ['nothing', [], 'none has run'],
  ['what may stay', [begun(0)], 'nothing of them is left to be undone'],
  ['what is undone', [begun(1, { state: 'undone' })], 'nothing of them is left to be undone'],
  ['one hook', [begun(0), begun(1)], './down runs once regions are undone. Nothing here is marked "cannot be undone".'],
  [
    'the same in two regions',
    [begun(0, { region: euWest }), begun(0, { region: usEast })],
    './refill runs once regions are undone. Nothing here is marked "cannot be undone".',
  ],
  [
    'what loses data',
    [begun(1), begun(2)],
    './down runs once regions are undone. ./drop loses data: a person is asked first. Nothing here is marked "cannot be undone".',
  ],
  [
    'what has no undo',
    [begun(1), begun(0, { moment: 'after' })],
    './down runs once regions are undone. ./mail cannot be undone: it stays, and so does what ran before it.',
  ],
])('of %s an undo says what it does', (_, all, text) => expect(hooksToUndoText(hooks, all)).toBe(text));
