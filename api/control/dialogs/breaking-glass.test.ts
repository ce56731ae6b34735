import { describe, expect, test } from '@jest/globals';
import type { StoredDeployment } from '../reads/projection.ts';
import { breakGlassDialog } from './breaking-glass.ts';
import { untouched, askedOf, byToken, textOf } from './dialog-facts.fixture.ts';
import type { TokenDialogFacts } from './dialog-facts.ts';

describe('break glass', () => {
  test('says what is bypassed, what follows, and that the mark stays', () => {
    const dialog = breakGlassDialog({ ...byToken(untouched), asked: askedOf({ quorum: 2 }) });
    expect(dialog).toMatchObject({ title: 'Break glass for checkout/87?', reason: 'required', refused: null });
    expect(textOf(dialog, 'Bypassed')).toBe('2 approvals by release-owner.');
    expect(textOf(dialog, 'After')).toBe('It waits for another person to break glass, for an hour.');
    const second = { ...askedOf({}), brokenBy: ['ada'] };
    expect(textOf(breakGlassDialog({ ...byToken(untouched), asked: second }), 'After')).toBe(
      'It starts at once: ada broke glass before.',
    );
    const alone = { ...byToken(untouched), asked: askedOf({ breakGlass: 'one-with-review' }) };
    expect(textOf(breakGlassDialog(alone), 'After')).toBe(
      'It starts at once. Another person has to review it afterwards.',
    );
  });

  test('promises no start that does not come', () => {
    const after = (more: Partial<TokenDialogFacts>, of: Partial<StoredDeployment> = untouched) =>
      textOf(breakGlassDialog({ ...byToken(of), ...more }), 'After');
    const second = { ...askedOf({}), brokenBy: ['ada'] };
    expect(after({ asked: second, excluded: ['ada', 'mo'] })).toBe(
      'It waits for a person who had no part in the change to break glass, for an hour.',
    );
    expect(after({ asked: second }, { ...untouched, paused: true })).toBe(
      'It starts when it is resumed: ada broke glass before.',
    );
    const own = { ...askedOf({ breakGlass: 'one-with-review' }), brokenBy: ['ada'] };
    expect(after({ asked: own, excluded: ['ada', 'mo'] })).toBe(
      'It starts at once: ada broke glass before. Another person has to review it afterwards.',
    );
  });

  test.each<[string, Partial<TokenDialogFacts>, string]>([
    ['nothing is asked', { asked: null }, 'checkout/87 waits for no approval: there is nothing to go past'],
    [
      'nobody may',
      { asked: askedOf({ breakGlass: 'never' }) },
      'nobody goes past the approval of checkout/87: breakGlass is never',
    ],
    [
      'they did already',
      { asked: { ...askedOf({}), brokenBy: ['MO'] } },
      'mo broke glass already: a second person is wanted',
    ],
    ['they have no role for it', { roles: ['deployer'] }, 'mo needs the role release-owner or operator'],
  ])('is refused where %s', (_, more, refused) => {
    expect(breakGlassDialog({ ...byToken(untouched), ...more }).refused).toBe(refused);
  });
});
