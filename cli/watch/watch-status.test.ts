import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { deploymentNumber } from '../../domain/names.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import type { ApiEvent } from '../../protocol/api/events.ts';
import { ApiUnreachableError, type ApiClient } from '../api-client.ts';
import { deployment, now, regionOf, service } from '../shown.fixture.ts';
import { watchEvent } from '../json-documents.ts';
import { linesInOrder } from '../status-line.ts';
import type { Status } from '../status.ts';
import { overviewLines } from '../overview-text.ts';
import type { Room } from '../live/room.ts';
import { textOf } from '../live/styled-line.ts';
import { onEachChange } from './on-each-change.ts';
import { statusFrame } from './status-frame.ts';
import { openStream, snapshotOf, watcherOf } from './watcher.fixture.ts';
import { watchStatus } from './watch-status.ts';

beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-11-24T12:00:00.000Z') }));
afterEach(() => void jest.useRealTimers());

const change = (message: string): ApiEvent => ({
  type: 'change',
  sequence: 2,
  at: '2026-11-24T12:00:05.000Z',
  actor: 'ada',
  verb: 'pause',
  object: 'checkout/87',
  message,
  deployment,
  lane: null,
});

const statusOf = (lines: readonly string[]): Status => ({
  services: [service],
  linesAt: (at) => linesInOrder([...lines, at.toISOString()]),
  command: 'slipway status',
  document: { services: [service] },
  next: [],
});

test('of one region only what concerns it is told', async () => {
  const { client, send } = openStream();
  const { session, lines, interrupt } = watcherOf(client);
  const read = async (): Promise<Status> => statusOf([]);
  const watched = watchStatus(session, { service: null, region: 'eu-west' }, { read, print: () => undefined });
  const ended = watched.catch((error: unknown) => error);
  await send(snapshotOf([]));
  const inRegion = (name: string) => ({ ...deployment, regions: [regionOf(name)] });
  await send({ ...change('begins in us-east'), deployment: inRegion('us-east') } as ApiEvent);
  await send({ ...change('begins in eu-west'), deployment: inRegion('eu-west') } as ApiEvent);
  await send({ ...change('queued'), deployment } as ApiEvent);
  interrupt();
  await ended;
  expect(lines).toEqual(['12:00:05Z checkout/87 begins in eu-west', '12:00:05Z checkout/87 queued']);
});

test('a script is told how it is once, then each change in a line, until Ctrl-C', async () => {
  const { client, send } = openStream();
  const { session, lines, interrupt } = watcherOf(client);
  const read = async (): Promise<Status> => statusOf(['all of it']);
  const print = ({ linesAt }: Status): void => void lines.push(linesAt(now)[0]!.text);
  const watched = watchStatus(session, { service: null, region: null }, { read, print });
  const ended = watched.catch((error: unknown) => error);
  await send(snapshotOf([deployment]));
  await send(change('paused by ada'));
  await send({ type: 'heartbeat', sequence: 2, at: '2026-11-24T12:00:10.000Z' });
  await send(change('resumed by ada'));
  interrupt();
  expect(await ended).toEqual(new Error('interrupted'));
  expect(lines).toEqual(['all of it', '12:00:05Z checkout/87 paused by ada', '12:00:05Z checkout/87 resumed by ada']);
});

test('a script hears each half minute what moves while nothing changes: never 60 s of silence', async () => {
  const { client, send, cut } = openStream();
  const { session, lines, interrupt } = watcherOf(client);
  const read = async (): Promise<Status> => statusOf([]);
  const watched = watchStatus(session, { service: null, region: null }, { read, print: () => undefined });
  const ended = watched.catch((error: unknown) => error);
  const quiet = async (): Promise<void> => {
    for (let seconds = 0; seconds < 30; seconds += 10) {
      await jest.advanceTimersByTimeAsync(10_000);
      await send({ type: 'heartbeat', sequence: 1, at: new Date().toISOString() });
    }
  };
  await send(snapshotOf([deployment, ...['a', 'b', 'c'].map((name) => ({ ...deployment, deployment: `${name}/1` }))]));
  await quiet();
  await send(snapshotOf([deployment]));
  await send({ ...change('live in 2 of 2 regions'), deployment: { ...deployment, outcome: 'succeeded' } } as ApiEvent);
  await quiet();
  cut();
  await jest.advanceTimersByTimeAsync(30_000);
  interrupt();
  await ended;
  expect(lines).toEqual([
    '12:00:30Z still: checkout/87 rolling world; a/1 rolling world; b/1 rolling world; 1 more',
    '12:00:05Z checkout/87 live in 2 of 2 regions',
    '12:01:00Z still: nothing moves',
    '12:01:30Z as of 12:01:00Z, no connection since 12:01:00Z; it was: nothing moves',
  ]);
});

/** An api that streams nothing, and shows these deployments, of which those without an outcome are open. */
function withoutStream(shown: readonly Deployment[], fault: { now: Error | null } = { now: null }) {
  const calls: string[] = [];
  const call = async (name: string, { path }: { readonly path?: { readonly deployment?: number } }) => {
    calls.push(name);
    if (fault.now !== null) throw fault.now;
    if (name === 'showDeployment') return shown.find(({ number }) => number === path?.deployment);
    return { items: shown.filter(({ outcome }) => outcome === null), next: null };
  };
  return { client: { ...openStream().client, call } as unknown as ApiClient, calls };
}

test('behind a proxy that holds the stream back it is asked again and again: each change, and each end, in a line', async () => {
  const shown: Deployment[] = [deployment];
  const { client } = withoutStream(shown);
  const { session, lines, notes, interrupt } = watcherOf(client);
  const read = async (): Promise<Status> => statusOf([]);
  const print = (): void => void lines.push('all of it');
  const watched = watchStatus(session, { service: null, region: null }, { read, print });
  const ended = watched.catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(8_000);
  shown[0] = { ...deployment, stage: 'canary', sequence: 8 };
  await jest.advanceTimersByTimeAsync(2_000);
  const next = {
    ...deployment,
    deployment: 'checkout/88',
    number: deploymentNumber(88),
    state: 'queued' as const,
    stage: null,
  };
  shown[0] = { ...deployment, outcome: 'succeeded', state: 'succeeded', endedAt: '2026-11-24T12:00:10.000Z' };
  shown.push(next);
  await jest.advanceTimersByTimeAsync(50_000);
  interrupt();
  expect(await ended).toEqual(new Error('interrupted'));
  expect(notes).toEqual(['no first event in 5 s: a proxy may hold it back; asking again and again instead']);
  expect(lines).toEqual([
    'all of it',
    '12:00:09Z checkout/87 rolling canary',
    expect.stringMatching(/^12:00:10Z checkout\/87 live in /),
    '12:00:11Z checkout/88 queued',
    '12:00:41Z still: checkout/88 queued',
  ]);
});

test('while nothing streams, an api that does not answer is asked again, and a region hears only of what concerns it', async () => {
  const here = { ...deployment, regions: [regionOf('eu-west')] };
  const elsewhere = {
    ...here,
    number: deploymentNumber(88),
    deployment: 'checkout/88',
    regions: [regionOf('us-east')],
  };
  const fault: { now: Error | null } = { now: new ApiUnreachableError('http://api does not answer') };
  const shown: Deployment[] = [here, elsewhere];
  const { client } = withoutStream(shown, fault);
  const { session, lines, notes, interrupt } = watcherOf(client);
  const read = async (): Promise<Status> => statusOf([]);
  const print = (): void => void lines.push('all of it');
  const watched = watchStatus(session, { service: null, region: 'eu-west' }, { read, print });
  const ended = watched.catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(8_000);
  expect(lines).toEqual([]);
  fault.now = null;
  await jest.advanceTimersByTimeAsync(2_000);
  shown[0] = { ...here, stage: 'canary', sequence: 8 };
  shown[1] = { ...elsewhere, stage: 'canary', sequence: 8 };
  await jest.advanceTimersByTimeAsync(2_000);
  interrupt();
  await ended;
  expect(lines).toEqual(['all of it', '12:00:11Z checkout/87 rolling canary']);
  expect(notes).toHaveLength(3);
});

test('before the first word it claims nothing of what moves', async () => {
  const { client, cut } = openStream();
  cut();
  const { session, lines, interrupt } = watcherOf(client);
  const read = async (): Promise<Status> => statusOf([]);
  const watched = watchStatus(session, { service: null, region: null }, { read, print: () => undefined });
  const ended = watched.catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(30_000);
  interrupt();
  await ended;
  expect(lines).toEqual([expect.stringMatching(/^12:00:30Z no connection since 12:00:\d\dZ$/)]);
});

test('a hundred changes at once are read once more, a second later, and silence is not read at all', async () => {
  const stop = new AbortController();
  async function* open(signal: AbortSignal): AsyncGenerator<ApiEvent> {
    yield snapshotOf([]);
    for (let each = 0; each < 100; each++) yield change(`change ${each}`);
    yield { type: 'heartbeat', sequence: 2, at: '2026-11-24T12:00:10.000Z' };
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
  let acts = 0;
  const acting = onEachChange(open, async () => void (acts += 1), stop.signal).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(0);
  expect(acts).toBe(1);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(acts).toBe(2);
  stop.abort(new Error('enough'));
  expect(await acting).toEqual(new Error('enough'));
});

test('when reading fails the stream is left too', async () => {
  let left = false;
  async function* open(signal: AbortSignal): AsyncGenerator<ApiEvent> {
    signal.addEventListener('abort', () => (left = true));
    yield snapshotOf([]);
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
  const acting = onEachChange(open, () => Promise.reject(new Error('gone')), new AbortController().signal);
  await expect(acting).rejects.toThrow('gone');
  expect(left).toBe(true);
});

const room: Room = { columns: 60, rows: 5, hasUnicode: true };
const shown = (...[status, connected, given]: [Status, Parameters<typeof statusFrame>[1], Partial<Room>?]): string[] =>
  statusFrame(status, connected, now.getTime(), { ...room, ...given }).map(textOf);
const live = { type: 'found', afterMs: 0 } as const;

test('at a terminal it fits the screen, and says how much it leaves out', () => {
  const status = statusOf(Array.from({ length: 9 }, (_, index) => `service ${index}`));
  expect(shown(status, live)).toEqual([
    'service 0',
    'service 1',
    'service 2',
    'service 3',
    '+ 6 lines more: slipway status',
  ]);
  expect(shown(status, live, { rows: 10 }).at(-1)).toBe('2026-11-24T12:00:01.000Z');
  expect(shown(statusOf(['x'.repeat(70)]), live)[0]).toHaveLength(60);
});

test('after a cut it is shown as of the last word', () => {
  const asOf = now.getTime() - 20_000;
  const cut = { type: 'cut', why: 'the event stream was cut', since: now.getTime() - 10_000, asOf } as const;
  expect(shown(statusOf(['service']), cut, { columns: 90 })).toEqual([
    'as of 11:59:41Z, no connection since 11:59:51Z: the event stream was cut',
    'service',
    '2026-11-24T11:59:41.000Z',
  ]);
});

test('without Unicode it has words for marks', () => {
  const status = { ...statusOf([]), linesAt: (at: Date) => linesInOrder(overviewLines([service], at)) };
  expect(shown(status, live, { hasUnicode: false, columns: 100 }).join('\n')).toMatch(/^[\x20-\x7e\n]*run rolling/);
});

test('with --json its last event is a result that says how it ended: Ctrl-C', async () => {
  const { client, send, cut } = openStream();
  const { session, news, interrupt } = watcherOf(client);
  const events: object[] = [];
  const output = { ...session.output, event: (event: object) => void events.push(event) };
  const read = async (): Promise<Status> => statusOf([]);
  const scope = { service: null, region: null };
  const ended = watchStatus({ ...session, output }, scope, { read, print: () => undefined }).catch(() => undefined);
  await send(snapshotOf([deployment]));
  await send(change('paused by ada'));
  expect(events).toMatchObject([{ type: 'change' }]);
  cut();
  await jest.advanceTimersByTimeAsync(0);
  expect(news).toEqual([expect.stringContaining('no connection since')]);
  interrupt();
  await ended;
  const result = { type: 'result', deployment: null, outcome: null, exitCode: 130 };
  expect(events.map((event) => watchEvent.parse(event))).toMatchObject([{ type: 'change' }, result]);
});
