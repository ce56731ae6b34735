import { expect, test } from '@jest/globals';
import { serviceName } from '../../domain/names.ts';
import { deliveredLines, inEffectText, type Delivered } from './delivered-text.ts';

const head = { branch: 'main', commit: '0123456789abcdef', message: 'Greet well\n\nDetails.' };
const accepted = (service: string, deployment: string | null, repeated = false, superseded: string[] = []) => ({
  service: serviceName(service),
  deployment,
  superseded,
  repeated,
});
const linesOf = (delivered: Delivered): string[] =>
  deliveredLines(head, delivered, { inEffect: inEffectText(delivered, []), next: ['slipway watch shop/2'] });

test('each service has a line: begun, not begun yet, delivered before, ignored', () => {
  const ignored = [
    { service: serviceName('old'), reason: 'other-branch', message: 'old is deployed from old, not from main' },
  ] as const;
  const services = [accepted('shop', 'shop/2'), accepted('cart', null), accepted('mail', 'mail/7', true)];
  expect(linesOf({ accepted: services, ignored: [...ignored] })).toEqual([
    'accepted   shop/2 is main at 0123456789 "Greet well"',
    'accepted   cart, not begun yet: main at 0123456789 "Greet well"',
    'accepted   mail/7, delivered before: main at 0123456789 "Greet well"',
    'ignored    old is deployed from old, not from main',
    'in effect  when it is built, agreed to and rolled out',
    'next       slipway watch shop/2',
  ]);
});

test('what waited and goes on with the newer commit is named', () => {
  const lines = linesOf({ accepted: [accepted('shop', 'shop/3', false, ['shop/2'])], ignored: [] });
  expect(lines[1]).toBe('superseded shop/2, which waited: it goes on as shop/3');
});

test('what waited and is taken back goes on nowhere', () => {
  const one = { ...accepted('shop', 'shop/3', false, ['shop/1', 'shop/2']), takenBack: ['shop/1'] };
  expect(linesOf({ accepted: [one], ignored: [] }).slice(1, 3)).toEqual([
    'superseded shop/1, which waited: shop/3 takes back what it brings',
    'superseded shop/2, which waited: it goes on as shop/3',
  ]);
});

test('where all was delivered before, nothing comes into effect', () => {
  expect(linesOf({ accepted: [accepted('shop', null, true)], ignored: [] })).toEqual([
    'accepted   shop, delivered before: main at 0123456789 "Greet well"',
    'in effect  nothing new starts before the next commit',
    'next       slipway watch shop/2',
  ]);
});

test('on a locked lane it is said that somebody has to open it first', () => {
  const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T12:00:00.000Z' };
  expect(inEffectText({ accepted: [accepted('shop', 'shop/2')], ignored: [] }, [lock])).toBe(
    'when the lane is unlocked (locked by mo: "INC-7"), and when it is built, agreed to and rolled out',
  );
});
