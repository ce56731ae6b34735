import { describe, expect, test } from '@jest/globals';
import type { Hook, Hooks } from './hook.ts';
import { approvalWanted, irreversible, whyNoAutomaticUndo, type Reversibility } from './irreversible.ts';

const hook = (more: Partial<Hook> = {}): Hook => ({
  run: './up',
  undo: './down',
  timeoutMs: 1,
  mayStay: false,
  destructive: false,
  ...more,
});
const none = { before: [], after: [] };
const before = (...hooks: readonly Hook[]): { readonly hooks: Hooks } => ({
  hooks: { before: hooks, after: [], region: none },
});
const noUndo = hook({ undo: null });

describe('what cannot be undone', () => {
  const incompatible = 'the release before cannot run beside or after it (compatibleWith: none), and ';
  const untaken = `${incompatible}no hook in hooks.before takes that back`;
  const lossy = `${incompatible}the undo of hooks.before loses data`;
  test.each<[string, Reversibility, readonly string[]]>([
    ['is nothing without hooks', {}, []],
    [
      'is a step of each list, by its name',
      { hooks: { before: [noUndo], after: [noUndo], region: { before: [noUndo], after: [] } } },
      [
        '"./up" cannot be undone: hooks.before[0] has no undo',
        '"./up" cannot be undone: hooks.region.before[0] has no undo',
        '"./up" cannot be undone: hooks.after[0] has no undo',
      ],
    ],
    [
      'is a release whose hooks only leave things',
      { ...before(hook({ undo: null, mayStay: true })), compatibleWith: 'none' },
      [untaken],
    ],
    [
      'is none whose hooks bring it back, beside one that may stay',
      { ...before(hook(), hook({ undo: null, mayStay: true })), compatibleWith: 'none' },
      [],
    ],
    [
      'is one of whose hooks one takes a person',
      { ...before(hook(), hook({ destructive: true })), compatibleWith: 'none' },
      [lossy],
    ],
    ['is nothing where each has its undo', before(hook(), hook({ destructive: true })), []],
    ['is nothing where what was done may stay', before(hook({ undo: null, mayStay: true })), []],
    ['is a step without an undo', before(hook(), noUndo), ['"./up" cannot be undone: hooks.before[1] has no undo']],
    [
      'is one of regions too',
      { hooks: { ...none, region: { before: [], after: [noUndo] } } },
      ['"./up" cannot be undone: hooks.region.after[0] has no undo'],
    ],
    ['is a release that the one before cannot follow', { compatibleWith: 'none' }, [untaken]],
    ['is not such a one whose hooks take that back', { ...before(hook()), compatibleWith: 'none' }, []],
    ['is one whose undo takes a person', { ...before(hook({ destructive: true })), compatibleWith: 'none' }, [lossy]],
  ])('%s', (_, spec, expected) => {
    const found = irreversible(spec);
    expect(found).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(found[index]).toContain(text));
  });
});

test('a step that cannot be undone is approved by a release owner where nobody is asked otherwise', () => {
  const policy = { quorum: 2, roles: ['deployer'], expiresMs: 1 } as const;
  expect(approvalWanted({ approve: null, ...before(hook()) })).toBeNull();
  expect(approvalWanted({ approve: null, ...before(noUndo) })).toEqual({
    quorum: 1,
    roles: ['release-owner'],
    expiresMs: 14_400_000,
  });
  expect(approvalWanted({ approve: policy, ...before(noUndo) })).toEqual(policy);
});

test('hosts go back by themselves unless the release before cannot run', () => {
  expect(whyNoAutomaticUndo(before(noUndo))).toBeNull();
  expect(whyNoAutomaticUndo({ ...before(hook()), compatibleWith: 'none' })).toBeNull();
  expect(whyNoAutomaticUndo({ compatibleWith: 'none' })).toContain('compatibleWith: none');
  expect(whyNoAutomaticUndo({ ...before(noUndo), compatibleWith: 'none' })).not.toBeNull();
});
