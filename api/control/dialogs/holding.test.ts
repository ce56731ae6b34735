import { describe, expect, test } from '@jest/globals';
import { about, hooked, untouched, textOf } from './dialog-facts.fixture.ts';
import { holdDialog } from './holding.ts';
import { abortDialog } from './stopping.ts';

describe('abort with hold', () => {
  test('says that hosts stay, that nothing is undone or locked, and how to go on from there', () => {
    expect(holdDialog(hooked({ hosts: { total: 12, onRelease: 8 } }))).toMatchObject({
      title: 'Abort checkout/87 and leave hosts where they are?',
      lines: [
        { label: 'What', text: '8 hosts stay on @412 in 2 regions (us-east, ap-south); no other switches.' },
        { label: 'Hooks', text: 'what those that have begun did stays' },
        { label: 'Time', text: 'at once; those in ap-south once it reports again' },
        {
          label: 'After',
          text: 'The lane is not locked; checkout/88 goes next. Undo this: deploy checkout@411 to bring hosts back, checkout@412 to go on.',
        },
      ],
      confirm: 'Abort checkout/87 and undo nothing',
      refused: null,
    });
    expect(holdDialog(about()).meaning).not.toEqual(abortDialog(about()).meaning);
    expect(textOf(holdDialog(about({ hosts: { total: 12, onRelease: 1 } })), 'What')).toMatch(/^1 host stays on @412 /);
  });

  test('of what has touched nothing is the abort that it comes to, and refuses what can not be held', () => {
    expect(holdDialog(about(untouched)).lines).toEqual(abortDialog(about(untouched)).lines);
    expect(holdDialog(about({ state: 'undoing' })).refused).toMatch(/^checkout\/87 is being undone: /);
    expect(holdDialog(about({ pointOfNoReturn: true })).refused).toContain('roll back instead');
  });
});
