import { expect, test } from '@jest/globals';
import { newHost } from '../../domain/host/service-state.ts';
import type { HostId } from '../../domain/names.ts';
import type { HostLoop } from '../host-loop.ts';
import { openReportBook, type ReportBook } from './report-book.ts';

const loop = { state: newHost('a' as HostId) } as HostLoop;
const open = (): ReportBook => openReportBook(loop, null, { aheadMs: () => null });

test('what a poll says need not be said again while that poll is held, and nobody has heard it yet', () => {
  const book = open();
  const said = book.say(book.now());
  expect(book.isNews(book.now())).toBe(false);
  expect(book.silentMs()).toBeLessThan(Infinity);
  expect(book.unheardMs()).toBe(Infinity);
  said.heard();
  expect(book.unheardMs()).toBeLessThan(Infinity);
});

test('what nobody took is news again, and was heard by nobody', () => {
  const book = open();
  book.say(book.now()).takeBack();
  expect(book.isNews(book.now())).toBe(true);
  expect([book.silentMs(), book.unheardMs()]).toEqual([Infinity, Infinity]);
});

test('what was heard before stays heard when the next word is lost', () => {
  const book = open();
  book.say(book.now()).heard();
  book.say(book.now()).takeBack();
  expect(book.unheardMs()).toBeLessThan(Infinity);
});
