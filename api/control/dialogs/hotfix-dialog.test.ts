import { describe, expect, test } from '@jest/globals';
import { regionName, releaseNumber } from '../../../domain/names.ts';
import { lane, lock, shared, about, hooked, untouched, textOf } from './dialog-facts.fixture.ts';
import type { DeploymentDialogFacts, DialogText } from './dialog-facts.ts';
import { hotfixDialog } from './hotfix-dialog.ts';

describe('a hotfix', () => {
  const release = {
    release: releaseNumber(413),
    state: 'ready' as const,
    reverted: null,
    althoughReverted: false,
    hooks: {},
  };
  const asked = { ...shared, ...release, hold: false };
  const whatOf = (changed: object, moving = {}) =>
    textOf(hotfixDialog({ ...asked, active: about(moving), ...changed }), 'What');

  test('says what makes way for it, and what goes first then', () => {
    const dialog = hotfixDialog({ ...asked, active: about() });
    expect(dialog.title).toBe('Abort checkout/87 for checkout@413 as a hotfix?');
    expect(textOf(dialog, 'What')).toMatch(/hosts go back @412 → @411 in/);
    expect(textOf(dialog, 'Then')).toBe('checkout@413 goes first, as checkout/88, with its own checks and approvals.');
    expect(dialog).toMatchObject({ reason: 'required', refused: null, meaning: { hotfix: 'undo', how: 'undone' } });
    expect(whatOf({ hold: true })).toMatch(/^checkout\/87 stops, and its hosts in .* stay where they are\.$/);
    expect(whatOf({}, { pointOfNoReturn: true })).toBe('checkout/87 is past its point of no return and ends first.');
    expect(whatOf({}, { kind: 'rollback' })).toBe('checkout/87 rolls the service back and goes on first.');
    expect(whatOf({}, { regions: [] })).toBe('No host has switched: there is nothing to undo.');
  });

  test('says of hooks once that there are none, and whose they are that are undone', () => {
    const hooksOf = (active: DeploymentDialogFacts) =>
      hotfixDialog({ ...asked, active }).lines.flatMap(({ label, text }) => (label === 'Hooks' ? [text] : []));
    expect(hooksOf(about())).toEqual(['none']);
    expect(hooksOf(hooked())).toEqual(['none', expect.stringMatching(/^of checkout\/87: \.\/migrate down runs once /)]);
  });

  test('says what becomes of hooks that have run where no host has switched', () => {
    const linesOf = (hold: boolean) => {
      const dialog = hotfixDialog({ ...asked, hold, active: hooked(untouched) });
      const hooks = dialog.lines.filter(({ label }) => label === 'Hooks').map(({ text }) => text);
      return [dialog.meaning['how'], textOf(dialog, 'What'), hooks.at(-1)];
    };
    expect(linesOf(true)).toEqual([
      'held',
      'checkout/87 stops. No host has switched.',
      'what those of checkout/87 did stays',
    ]);
    const undo =
      'of checkout/87: ./migrate down runs once regions are undone. Nothing here is marked "cannot be undone".';
    expect(linesOf(false)).toEqual(['undone', 'No host has switched.', undo]);
  });

  test('says how what was stopped before ends, whatever is asked for now', () => {
    const howOf = (hold: boolean, ends: 'undo' | 'hold') =>
      hotfixDialog({ ...asked, hold, active: about({ ends }) }).meaning['how'];
    expect([howOf(false, 'hold'), howOf(true, 'undo'), howOf(true, 'hold')]).toEqual(['held', 'undone', 'held']);
  });

  test('goes on a locked lane, which stays locked; what waits goes on behind it', () => {
    const shut = { ...lane, lock, active: null, queue: [{ ...lane.queue[0]!, release: releaseNumber(500) }] };
    const dialog = hotfixDialog({ ...asked, lane: shut, active: null });
    expect(dialog.title).toBe('Have checkout@413 go first as a hotfix?');
    expect(textOf(dialog, 'After')).toBe(
      'Locked since 2026-11-24 12:00 UTC by mo: "INC-7": it goes all the same, and the lane stays locked. checkout/88 waits, under a new number. Undo this: abort it, or roll checkout back.',
    );
  });

  test('is refused for what is under way, not built, or taken back', () => {
    const none = { ...lane, queue: [] };
    const refusedOf = (changed: object) => hotfixDialog({ ...asked, active: null, lane: none, ...changed }).refused;
    expect(refusedOf({ state: 'building' })).toBe("checkout@413 can't be deployed: it is building");
    expect(refusedOf({ state: 'building', lane })).toBeNull();
    expect(refusedOf({ reverted: 'taken back' })).toBe('taken back');
  });

  test('lets what brings the release already pass, and says so; one that goes to some regions only makes way', () => {
    const same = { ...asked, active: about(), release: releaseNumber(412) };
    const dialog = hotfixDialog(same);
    expect([dialog.title, dialog.refused, dialog.confirm]).toEqual([
      'Let checkout/87 pass as the hotfix checkout@412?',
      null,
      'Let checkout/87 pass',
    ]);
    expect(textOf(dialog, 'What')).toBe('checkout/87 brings @412 already, and goes on: nothing is aborted.');
    const some = hotfixDialog({
      ...same,
      lane: { ...lane, active: { ...lane.active!, regions: [regionName('eu-west')] } },
    });
    expect([some.title, some.meaning['how']]).toEqual(['Abort checkout/87 for checkout@412 as a hotfix?', 'undone']);
  });

  test('is another request, and not refused, for who knows that it was taken back', () => {
    const [one, insisted] = [false, true].map((althoughReverted) =>
      hotfixDialog({ ...asked, active: null, reverted: 'commit a1b2c3d was taken back', althoughReverted }),
    ) as [DialogText, DialogText];
    expect([insisted.refused, textOf(insisted, 'Reverted')]).toEqual([
      null,
      'commit a1b2c3d was taken back: it goes all the same.',
    ]);
    expect([textOf(one, 'Reverted'), one.meaning]).not.toEqual([undefined, insisted.meaning]);
  });
});
