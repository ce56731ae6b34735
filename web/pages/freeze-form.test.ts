import { describe, expect, test } from '@jest/globals';
import { emptyFreeze, freezeOf, isUnfinished, whatStops, type FreezeForm } from './freeze-form.ts';

const form = (more: Partial<FreezeForm> = {}): FreezeForm => ({ ...emptyFreeze('Europe/Berlin'), ...more });
const slot = (service: string, ...regions: string[]) => ({
  deployment: `${service}/1`,
  service,
  number: 1,
  regions,
  askedAt: '2026-11-25T12:00:00Z',
  grantedAt: '2026-11-25T12:00:00Z',
  position: null,
  waiting: null,
});

describe('a freeze that is asked for', () => {
  test.each<[string, Partial<FreezeForm>, object]>([
    ['from now on, until somebody ends it', {}, { every: 'once', until: null }],
    [
      'between two times of this clock',
      { begins: '2026-12-20T18:00', ends: '2027-01-04T06:00' },
      {
        every: 'once',
        from: new Date('2026-12-20T18:00').toISOString(),
        until: new Date('2027-01-04T06:00').toISOString(),
      },
    ],
    [
      'every week, in the order of its days',
      { every: 'week', days: ['sun', 'fri'] },
      { every: 'week', timeZone: 'Europe/Berlin', days: ['fri', 'sun'], from: '18:00', to: '06:00' },
    ],
    [
      'every year',
      { every: 'year', firstDay: '12-24' },
      { every: 'year', timeZone: 'Europe/Berlin', from: '12-24', to: '01-03' },
    ],
  ])('%s', (_, more, when) => {
    expect(freezeOf(form(more)).when).toEqual(when);
  });

  test('is about what is named, or about all', () => {
    expect(freezeOf(form())).toMatchObject({ services: [], regions: [], policy: 'hold' });
    expect(freezeOf(form({ services: ' cart, mail,', regions: 'eu-west' }))).toMatchObject({
      services: ['cart', 'mail'],
      regions: ['eu-west'],
    });
  });

  test('is not sent without a day, nor when it ends before it begins', () => {
    expect(isUnfinished(form({ every: 'week', days: [] }))).toBe(true);
    expect(isUnfinished(form({ begins: '2026-12-20T18:00', ends: '2026-12-20T18:00' }))).toBe(true);
    expect(isUnfinished(form({ ends: '2026-12-20T18:00' }))).toBe(false);
    expect(isUnfinished(form())).toBe(false);
  });
});

test.each<[Partial<FreezeForm>, string]>([
  [
    {},
    'No deployment of all services begins. Deployments in progress (3) start no more batches, but for those past their point of no return, which end.',
  ],
  [
    { services: 'cart', policy: 'undo' },
    'No deployment of cart begins. Deployments in progress (2) are undone; those that may not be undone by themselves are held, those that have touched nothing wait, and those past their point of no return end.',
  ],
  [
    { services: 'cart', regions: 'us-east', policy: 'finish' },
    'No deployment of cart in us-east begins. Deployments in progress (1) go on to their end.',
  ],
])('before it is done it says how much stops: %j', (more, text) => {
  const running = [slot('cart', 'eu-west'), slot('cart', 'us-east'), slot('till', 'eu-west')];
  expect(whatStops(form(more), running)).toBe(text);
});

test('what no freeze keeps is not counted among what stops', () => {
  const hotfix = { ...slot('cart', 'eu-west'), hasPass: true as const };
  const text = whatStops(form({ policy: 'finish' }), [slot('till', 'eu-west'), hotfix]);
  expect(text).toMatch(
    /Deployments in progress \(1\) go on to their end\. Hotfixes and those that were let pass \(1\) go on\.$/,
  );
});
