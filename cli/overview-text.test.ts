import { expect, test } from '@jest/globals';
import { serviceName } from '../domain/names.ts';
import type { ServiceSummary } from '../protocol/api/service.ts';
import { overviewLines } from './overview-text.ts';
import { deployment, now, service, why } from './shown.fixture.ts';

const settled = (name: string): ServiceSummary => ({
  ...service,
  service: serviceName(name),
  active: null,
  lane: { ...service.lane, service: serviceName(name), active: null },
});

test('what needs someone comes first, then what moves, then the rest', () => {
  const where = {
    cause: 'world (2 of 2): us-east batch 2 of 4',
    since: why.since,
    next: { text: 'Nothing needs you.', command: 'slipway watch search/9', verb: null },
    needsSomeone: false,
  };
  const moving = { ...settled('search'), active: { ...deployment, deployment: 'search/9', why: where } };
  const held = { ...settled('cart'), active: { ...deployment, deployment: 'cart/3', held: true, why } };
  const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T11:00:00.000Z' };
  const locked = { ...settled('mail'), why, lane: { ...service.lane, lock } };
  expect(overviewLines([settled('auth'), moving, locked, held], now)).toEqual([
    'NEEDS SOMEONE 2',
    '  mail    @411  ▣ locked  held: budget exceeded  4 min',
    '      slipway resume checkout/87',
    '  cart/3  @411  ✋ held   held: budget exceeded  4 min',
    '      slipway resume checkout/87',
    'MOVING 1',
    '  search/9  @411 → @412  ▶ rolling  world (2 of 2): us-east batch 2 of 4  1,200 of 1,820 hosts  4 min  slipway watch search/9',
    'SETTLED 1',
    '  auth  @411  eu-west ✓  ap-south ?',
  ]);
});

test('a lock that somebody set is told also while something moves that needs nobody', () => {
  const active = { ...deployment, deployment: 'mail/9', why: { ...why, cause: 'builds mail@9', needsSomeone: false } };
  const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T11:00:00.000Z' };
  const unlock = { text: 'Unlock mail.', command: 'slipway unlock mail --reason …', verb: 'unlock' } as const;
  const locked = { cause: 'the lane is locked by mo', since: why.since, next: unlock, needsSomeone: true };
  expect(overviewLines([{ ...settled('mail'), active, why: locked, lane: { ...service.lane, lock } }], now)).toEqual([
    'NEEDS SOMEONE 1',
    '  mail  @411  ▣ locked  the lane is locked by mo  4 min',
    '      slipway unlock mail --reason …',
    'MOVING 1',
    expect.stringMatching(/^  mail\/9 .* builds mail@9 /),
  ]);
});

test('of hundreds that are settled only those are listed about which there is something to say', () => {
  const silent = { ...settled('quiet'), why: { ...why, needsSomeone: false, cause: 'ap-south does not report' } };
  const lines = overviewLines([silent, ...Array.from({ length: 211 }, (_, index) => settled(`s${index}`))], now);
  expect(lines).toEqual([
    'SETTLED 212  (all of them: slipway list services)',
    '  quiet  @411  eu-west ✓  ap-south ?  ap-south does not report',
  ]);
});

test('without a service the commands that add one are shown', () => {
  expect(overviewLines([], now)).toEqual([
    'no service yet; add one: slipway init, slipway connect <service>, then merge',
  ]);
});
