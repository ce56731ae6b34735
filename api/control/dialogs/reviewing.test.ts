import { describe, expect, test } from '@jest/globals';
import { noon, about } from './dialog-facts.fixture.ts';
import { reviewDialog } from './reviewing.ts';

describe('a review', () => {
  const glass = { name: 'checkout/87', stage: 'world', brokenBy: ['mo'], excluded: ['lin'], review: 'wanted' } as const;
  const broken = [
    { person: 'mo', role: 'release-owner', reason: 'the shop is down', incident: 'INC-7', at: noon },
  ] as const;
  const mark = {
    stage: 'world',
    broken,
    review: 'wanted',
    reviewedBy: null,
    reviewedAt: null,
    reviewReason: null,
  } as const;
  const reviewOf = (person: string) =>
    reviewDialog({ ...about({ brokenGlass: [mark] }), person, glass: { ...glass, reviewedBy: null } });

  test('reads who broke it, why, and what was shipped', () => {
    const dialog = reviewOf('kim');
    expect(dialog.title).toBe('Review the broken glass of stage world of checkout/87?');
    expect(Object.fromEntries(dialog.lines.map(({ label, text }) => [label, text]))).toMatchObject({
      Who: 'mo, as release-owner, 2026-11-24 12:00 UTC',
      Why: '"the shop is down"',
      Incident: 'INC-7',
      Shipped: '@411 → @412 "Fix double charge" in 2 regions (us-east, ap-south).',
      Now: 'rolling',
    });
    expect([dialog.reason, dialog.refused]).toEqual(['required', null]);
  });

  test.each([
    ['mo', 'mo broke glass for checkout/87: another person reviews it'],
    ['lin', 'lin made or asked for this change: another person reviews it'],
  ])('is not made by %s', (person, why) => expect(reviewOf(person).refused).toBe(why));
});
