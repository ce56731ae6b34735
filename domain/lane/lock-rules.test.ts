import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endsInMs, lockedBy, lockedToo, whyNotOpened, type LockRequest } from './lock-rules.ts';

const since = '2026-11-24T12:00:00.000Z';
const until = '2026-11-24T14:00:00.000Z';
const of = (owner: string) => ({ owner, reason: 'INC-7', since });
const nobody = { releaseOwner: false, ownsService: false };

test.each([
  ['who set it', of('ada'), 'Ada', nobody, null],
  ['a release-owner', of('ada'), 'mo', { ...nobody, releaseOwner: true }, null],
  ['a release-owner, after an undo', of('slipway'), 'mo', { ...nobody, releaseOwner: true }, null],
  ['an owner of the service, after an undo', of('slipway'), 'lin', { ...nobody, ownsService: true }, null],
  [
    'nobody else',
    of('ada'),
    'lin',
    { ...nobody, ownsService: true },
    'ada has locked it: ada or a release-owner may open it',
  ],
  [
    'nobody else, after an undo',
    of('slipway'),
    'lin',
    nobody,
    'an undo has locked it: an owner of the service or a release-owner may open it',
  ],
  [
    'nobody by the name of slipway',
    of('slipway'),
    'slipway',
    nobody,
    'an undo has locked it: an owner of the service or a release-owner may open it',
  ],
])('a lane is opened by %s', (_, lock, by, rights, why) => expect(whyNotOpened(lock, by, rights)).toBe(why));

const ask = (changed: Partial<LockRequest>): LockRequest => ({
  by: 'ada',
  reason: 'INC-7',
  until: null,
  at: '2026-11-24T13:00:00.000Z',
  rights: nobody,
  ...changed,
});

test.each([
  ['an open lane is locked by who asks', null, {}, { owner: 'ada', reason: 'INC-7', since: ask({}).at }],
  ['with the end that they say', null, { until }, { owner: 'ada', reason: 'INC-7', since: ask({}).at, until }],
  ['its owner sets an end', of('ada'), { until }, { ...of('ada'), until }],
  ['its owner takes the end away', { ...of('ada'), until }, {}, of('ada')],
  ['its owner says another reason', of('ada'), { reason: 'INC-8' }, { ...of('ada'), reason: 'INC-8' }],
  ['the same again changes nothing', { ...of('ada'), until }, { until }, null],
  ['somebody else changes nothing', of('mo'), { until }, null],
  ['nor does who is not known', of('ada'), { until, rights: null }, null],
  [
    'a release-owner moves the end, and no more',
    of('ada'),
    { by: 'mo', reason: 'mine', until, rights: { ...nobody, releaseOwner: true } },
    { ...of('ada'), until },
  ],
])('%s', (_, lock, changed, expected) => expect(lockedBy(lock, ask(changed))).toEqual(expected));

test.each([
  ['none', null, null],
  ['no end', of('ada'), null],
  ['an end to come', { ...of('ada'), until }, 3_600_000],
  ['an end that is over', { ...of('ada'), until: since }, 0],
])('a lock with %s ends in %j ms', (_, lock, ms) => expect(endsInMs(lock, Date.parse(ask({}).at))).toBe(ms));

const added = { owner: 'slipway', reason: 'checkout/87 was undone', since: '2026-11-24T13:00:00.000Z' };
const both = { ...of('ada'), reason: 'INC-7; checkout/87 was undone' };
const later = '2026-11-24T15:00:00.000Z';

test.each([
  ['an open lane is locked', null, added, added],
  ['one that somebody has to open stays as it is', of('ada'), added, null],
  ['one that opens by itself no longer does', { ...of('ada'), until }, added, both],
  [
    'one that opens by itself does so later',
    { ...of('ada'), until },
    { ...added, until: later },
    { ...both, until: later },
  ],
  ['and not sooner', { ...of('ada'), until }, { ...added, until: since }, null],
])('of a lane that an undo locks too, %s', (_, lock, more, expected) =>
  expect(lockedToo(lock, more)).toEqual(expected),
);

const persons = fc.constantFrom('ada', 'mo', 'lin', 'slipway');
const asks = fc.record({
  by: persons,
  reason: fc.constantFrom('a', 'b'),
  until: fc.constantFrom(null, until, since),
  at: fc.constant(since),
  rights: fc.option(fc.record({ releaseOwner: fc.boolean(), ownsService: fc.boolean() })),
});

test('whatever is asked, the first lock keeps its owner and beginning, and asking twice is asking once', () => {
  fc.assert(
    fc.property(persons, fc.array(asks), (owner, all) => {
      let lock = of(owner) as NonNullable<ReturnType<typeof lockedBy>>;
      for (const each of all) {
        lock = lockedBy(lock, each) ?? lock;
        expect(lock).toMatchObject({ owner, since });
        expect(lockedBy(lock, each)).toBeNull();
      }
    }),
  );
});
