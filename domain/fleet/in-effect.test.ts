import { describe, expect, test } from '@jest/globals';
import { dateOfNumber, dayNumber, type ZoneRules } from '../calendar/zone-rules.ts';
import { serviceName } from '../names.ts';
import type { Freeze } from './freeze.ts';
import { effectAt, isOver, knownStanding, uncertainText } from './in-effect.ts';

const minute = 60_000;
const day = 1440 * minute;
const now = Date.UTC(2026, 10, 24, 12);
const iso = (ms: number): string => new Date(ms).toISOString();

/** UTC; a zone that is `lost` is not known here. */
const rules: ZoneRules = {
  dateAt: (zone, ms) => {
    if (zone === 'lost') throw new RangeError('no such zone: lost');
    // What a library throws need not be an Error.
    if (zone === 'odd') throw 'it is odd'; // eslint-disable-line
    return dateOfNumber(Math.floor(ms / day));
  },
  msAt: (_, date, at) => dayNumber(date) * day + at * minute,
};

const freeze = (number: number, when: Freeze['when'], over: Partial<Freeze> = {}): Freeze => ({
  freeze: number,
  kind: 'freeze',
  owner: 'mo',
  reason: 'holidays',
  policy: 'hold',
  scope: { services: [], regions: [] },
  when,
  ...over,
});
const once = (fromMs: number, untilMs: number | null) =>
  ({ every: 'once', from: iso(fromMs), until: untilMs === null ? null : iso(untilMs) }) as const;
const lost = (zone = 'lost') => ({ every: 'year', timeZone: zone, from: '12-20', to: '01-03' }) as const;

describe('one that was', () => {
  test.each([
    ['until a minute ago', once(now - day, now - minute), true],
    ['until this moment', once(now - day, now), true],
    ['for a minute more', once(now - day, now + minute), false],
    ['until somebody ends it', once(now - day, null), false],
    ['each year', { every: 'year', timeZone: 'UTC', from: '01-01', to: '01-02' } as const, false],
  ])('%s is over: %s', (_, when, over) => {
    expect(isOver({ when }, now)).toBe(over);
  });
});

describe('at a moment', () => {
  test('those are in effect that have begun and not ended, with since when, until when and what they are about', () => {
    const scope = { services: [serviceName('cart')], regions: [] };
    const all = [
      freeze(1, once(now - day, now + day), { scope }),
      freeze(2, once(now + minute, null)),
      freeze(3, once(now - day, now)),
      freeze(4, once(now, null), { kind: 'stop-the-line', policy: 'undo' }),
    ];
    const { inEffect } = effectAt(all, rules, now);
    const by = { owner: 'mo', reason: 'holidays' };
    expect(inEffect).toEqual([
      { freeze: 1, kind: 'freeze', policy: 'hold', since: iso(now - day), until: iso(now + day), scope, ...by },
      {
        freeze: 4,
        kind: 'stop-the-line',
        policy: 'undo',
        since: iso(now),
        until: null,
        scope: { services: [], regions: [] },
        ...by,
      },
    ]);
  });

  test.each([
    ['the first end', [once(now - day, now + 2 * minute), once(now - day, now + minute)], now + minute],
    ['the first beginning', [once(now + 3 * minute, null), once(now - day, now + day)], now + 3 * minute],
    ['nothing, where one lasts until somebody ends it', [once(now - day, null)], null],
    ['nothing, where there is none', [], null],
    ['what is known, where another lasts', [once(now - day, null), once(now - day, now + minute)], now + minute],
  ])('the next change is %s', (_, whens, changeMs) => {
    const all = whens.map((when, index) => freeze(index, when));
    expect(effectAt(all, rules, now).nextChangeMs).toBe(changeMs);
  });
});

describe('one whose times can not be computed', () => {
  test('counts as in effect until somebody ends it, and says why first', () => {
    const { inEffect, nextChangeMs } = effectAt([freeze(7, lost())], rules, now);
    expect(inEffect).toMatchObject([{ freeze: 7, since: '1970-01-01T00:00:00.000Z', until: null, policy: 'hold' }]);
    expect(inEffect[0]?.reason).toBe(
      "counts as in effect until freeze 7 is ended: its times can't be computed (no such zone: lost); holidays",
    );
    expect(inEffect[0]?.reason).toBe(uncertainText({ freeze: 7, reason: 'holidays' }, 'no such zone: lost'));
    expect(nextChangeMs).toBeNull();
  });

  test('keeps nobody from hearing of the others', () => {
    const { inEffect, nextChangeMs } = effectAt([freeze(7, lost()), freeze(8, once(now - day, now + day))], rules, now);
    expect(inEffect.map(({ freeze: number }) => number)).toEqual([7, 8]);
    expect(inEffect[1]?.reason).toBe('holidays');
    expect(nextChangeMs).toBe(now + day);
  });

  test('says what was thrown, whatever that was', () => {
    expect(knownStanding({ when: lost('odd') }, rules, now)).toEqual({
      standing: { span: { fromMs: 0, untilMs: null }, nextMs: null },
      why: 'it is odd',
    });
    expect(knownStanding({ when: lost('UTC') }, rules, now)).toMatchObject({ why: null, standing: { span: null } });
  });
});
