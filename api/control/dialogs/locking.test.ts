import { expect, test } from '@jest/globals';
import { lane, lock, shared, textOf } from './dialog-facts.fixture.ts';
import { lockDialog, unlockDialog } from './locking.ts';

test('unlock says what it was locked for and what starts then', () => {
  const shut = { ...lane, lock, active: null };
  const asked = { ...shared, person: 'mo', rights: { releaseOwner: false, ownsService: false } };
  const dialog = unlockDialog({ ...asked, lane: shut });
  expect(textOf(dialog, 'What')).toBe('Locked since 2026-11-24 12:00 UTC by mo: "INC-7".');
  expect(textOf(dialog, 'After')).toContain('checkout/88 starts: @411 → @413.');
  expect(dialog).toMatchObject({ confirm: 'Unlock and start checkout/88', reason: 'required', meaning: { lock } });
  expect(unlockDialog(asked).refused).toBe('checkout is not locked');
  const other = { ...asked, person: 'ada', lane: { ...shut, lock: { ...lock, until: '2026-11-24T14:00:00.000Z' } } };
  expect(unlockDialog(other).refused).toBe('mo has locked it: mo or a release-owner may open it');
  expect(lockDialog(other).refused).toBe('locked already, by mo until 2026-11-24 14:00 UTC: "INC-7"');
  expect(lockDialog({ ...other, person: 'mo' }).refused).toBeNull();
});
