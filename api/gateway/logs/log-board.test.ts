import { expect, test } from '@jest/globals';
import { hostId, serviceName, type HostId } from '../../../domain/names.ts';
import type { LogChunk, LogChunkAnswer } from '../../../protocol/log-reading.ts';
import { createLogBoard, type StandingReading } from './log-board.ts';

const [one, two] = [hostId('eu-west-1'), hostId('eu-west-2')];
const reading = '00000000-0000-4000-8000-000000000001';
const standing = (...hosts: HostId[]): StandingReading => ({
  reading,
  service: serviceName('checkout'),
  lines: 1,
  follow: true,
  hosts,
});
const chunk = { reading, sequence: 1, text: 'x', gap: false, ended: null };

function openBoard() {
  const state = {
    readings: [] as StandingReading[],
    answer: { goesOn: true, taken: true } as LogChunkAnswer,
    taken: [] as (LogChunk & { host: HostId })[],
    called: [] as HostId[],
  };
  const store = {
    list: async () => state.readings,
    take: async (host: HostId, taken: LogChunk) => {
      state.taken.push({ ...taken, host });
      return state.answer;
    },
  };
  const board = createLogBoard(
    store,
    (host) => state.called.push(host),
    (error) => {
      throw error;
    },
  );
  return { state, board };
}

test('hosts are called once when something of them is to be read, and asked until they have taken it up', async () => {
  const { state, board } = openBoard();
  state.readings = [standing(one)];
  await board.refresh();
  await board.refresh();
  expect(state.called).toEqual([one]);
  expect(board.wantedOf(one, [])).toMatchObject([{ reading, lines: 1 }]);
  expect(board.wantedOf(one, [reading])).toEqual([]);
  expect(board.wantedOf(two, [])).toEqual([]);
});

test('a host that sends no more, or whose reader has left, is not asked again', async () => {
  for (const [answer, ended] of [
    [{ goesOn: false, taken: false }, null],
    [{ goesOn: true, taken: true }, 'read'],
  ] as const) {
    const { state, board } = openBoard();
    Object.assign(state, { readings: [standing(one)], answer });
    await board.refresh();
    await board.take(one, { ...chunk, ended });
    expect(board.wantedOf(one, [])).toEqual([]);
  }
});

test('an agent that can be read by nobody is not asked, and who reads is told so once', async () => {
  const { state, board } = openBoard();
  state.readings = [standing(one, two)];
  await board.refresh();
  expect(board.wantedOf(one, undefined)).toEqual([]);
  expect(board.wantedOf(one, undefined)).toEqual([]);
  expect(state.taken).toEqual([{ host: one, reading, sequence: 1, text: '', gap: false, ended: 'agent-too-old' }]);
});
