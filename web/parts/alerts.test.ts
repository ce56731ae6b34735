import { expect, test } from '@jest/globals';
import { alarmAfter, alarmText, noAlarm, type Alert } from './alerts.ts';

const undoing = (cause: string): Alert => ({ about: 'checkout/87 undoing', cause });
const held: Alert = { about: 'search/3 held', cause: 'release or network?' };
/** What stands in the region after each of these. */
const said = (...alerts: readonly (readonly Alert[])[]): string[] => {
  let alarm = noAlarm;
  return alerts.map((now) => alarmText((alarm = alarmAfter(alarm, now))));
};

test('counts that move are not announced again', () => {
  const [first, second] = said([undoing('3 of 1,240 hosts failed')], [undoing('12 of 1,240 hosts failed')]);
  expect([first, second]).toEqual(['checkout/87 undoing: 3 of 1,240 hosts failed', first]);
});

test('another cause is, and so is the same of another deployment', () => {
  const other = { ...undoing('it burns'), about: 'checkout/88 undoing' };
  expect(said([undoing('it burns')], [undoing('it drowns')], [undoing('it drowns'), other])).toEqual([
    'checkout/87 undoing: it burns',
    'checkout/87 undoing: it drowns',
    'checkout/88 undoing: it burns',
  ]);
});

test('what was told is not told again because something else is over', () => {
  const lost: Alert = { about: 'The connection to Slipway is lost', cause: '' };
  expect(said([held], [held, lost], [held], [])).toEqual([
    'search/3 held: release or network?',
    'The connection to Slipway is lost',
    '',
    '',
  ]);
});

test('of much that is new at once some is told', () => {
  const many = Array.from({ length: 9 }, (_, index) => ({ about: `bad-${index} failed`, cause: '' }));
  expect(said(many)).toEqual(['bad-6 failed. bad-7 failed. bad-8 failed']);
});

test('what is the case again is told again', () => {
  const [, , again] = said([held], [], [held]);
  expect(again).toBe('search/3 held: release or network?');
});
