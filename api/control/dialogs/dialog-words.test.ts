import { describe, expect, test } from '@jest/globals';
import { approveDialog } from './approving.ts';
import { about, untouched, byToken, textOf } from './dialog-facts.fixture.ts';
import { resumeDialog } from './resuming.ts';
import { abortDialog, endUndoDialog } from './stopping.ts';

describe('hooks', () => {
  const up = { run: './up', undo: './down', timeoutMs: 1, mayStay: false, destructive: false };
  const region = { before: [], after: [] };
  const spec = { hooks: { before: [up], after: [{ ...up, run: './mail', undo: null }], region } };
  const begunHooks = [{ moment: 'before', region: null, index: 0, state: 'ran' }] as const;

  test('are named by what they do and what takes that back, before it begins and before it stops', () => {
    expect(textOf(abortDialog({ ...about(), hooks: spec, begunHooks }), 'Hooks')).toBe(
      './down runs once regions are undone. Nothing here is marked "cannot be undone".',
    );
    const noHost = abortDialog({ ...about({ ...untouched, state: 'rolling' }), hooks: spec, begunHooks });
    expect(noHost).toMatchObject({
      title: 'Abort checkout/87 and undo?',
      confirm: 'Abort checkout/87 and undo its hooks',
    });
    expect(textOf(noHost, 'What')).toBe('No host has switched.');
    const approving = approveDialog({ ...byToken(untouched), hooks: spec });
    expect(textOf(approving, 'Hooks')).toBe('before: ./up (undo: ./down). after: ./mail (cannot be undone)');
    expect(textOf(approving, 'No way back')).toBe('"./mail" cannot be undone: hooks.after[0] has no undo.');
    expect(textOf(approveDialog(byToken(untouched)), 'No way back')).toBeUndefined();
  });

  test('whose undo loses data are a question of their own, and the answer to it has another meaning', () => {
    const losing = { state: 'undoing', verbs: ['resume', 'end-undo'], waiting: '"./down" would lose data' } as const;
    const facts = { ...byToken(losing as never), hooks: spec, begunHooks };
    const dialog = resumeDialog(facts);
    expect(dialog).toMatchObject({ title: 'Undo the rest of checkout/87, and lose data?', refused: null });
    expect(textOf(dialog, 'What')).toBe('"./down" would lose data');
    expect(textOf(endUndoDialog(facts), 'What')).toContain('What would lose data is not run');
    const plain = endUndoDialog({ ...facts, ...about({ state: 'undoing' }) });
    expect(plain.meaning).not.toEqual(endUndoDialog(facts).meaning);
  });
});
