import { expect, test } from '@jest/globals';
import { afterNoon, deploymentOf, doneRegion, noon, regionOf, reportOf } from '../../../cli/shown.fixture.ts';
import type { Room } from '../../../cli/live/room.ts';
import { textOf } from '../../../cli/live/styled-line.ts';
import type { ConsoleEvent } from './console.ts';
import { consoleFrame } from './console-frame.ts';
import { createLiveState, type LiveState } from './live-state.ts';

const room: Room = { columns: 100, rows: 20, hasUnicode: true };
const signIn = {
  url: 'http://127.0.0.1:8080/signin#code=a-code-of-the-usual-length-is-as-long-as-this',
  expiresAt: afterNoon(600),
};
const ready: Extract<ConsoleEvent, { type: 'ready' }> = {
  type: 'ready',
  readyMs: 9200,
  api: 'http://api',
  temporalUi: 'http://ui',
  signIn: null,
  person: 'mo',
};

const take = (state: LiveState, ...events: readonly ConsoleEvent[]): string[] =>
  events.flatMap((event) => state.take(event, room, noon)).map(textOf);
const drawn = (state: LiveState, given: Partial<Room> = {}): string[] =>
  consoleFrame(state.sight(noon + 2000), { ...room, ...given }).map((line) => textOf(line).trimEnd());

test('the start is drawn step by step, then stays in lines', () => {
  const state = createLiveState();
  take(state, { type: 'step', step: { name: 'tools', done: 0, of: 1 } });
  take(state, { type: 'step', step: { name: 'tools', done: 1, of: 1 } });
  take(state, { type: 'step', step: { name: 'gateways', done: 3, of: 5 } });
  expect(drawn(state).filter((line) => !line.includes('·'))).toEqual([
    '  ✓ tools                    0.0 s',
    '  ▶ gateways                 2.0 s  3 of 5',
  ]);
  expect(drawn(state, { rows: 4 })).toHaveLength(4);
  take(state, { type: 'failed' });
  expect(drawn(state).join()).toContain('✕ gateways');
  expect(take(state, ready).at(-1)).toBe('ready after 9.2 s');
  expect(drawn(state)).toEqual(['dashboard http://api', 'Temporal Web UI http://ui']);
});

test('a step that lasts says what it does', () => {
  const state = createLiveState();
  take(state, { type: 'step', step: { name: 'tools', done: 0, of: 1 } });
  const [early, late] = [noon + 2000, noon + 4000].map((now) => textOf(consoleFrame(state.sight(now), room)[0]!));
  expect(early).toBe('  ▶ tools                    2.0 s  ');
  expect(late).toBe("  ▶ tools                    4.0 s  downloads Temporal's command line");
});

test.each([
  [110, `dashboard ${signIn.url}   signs mo in, once`],
  [100, `dashboard ${signIn.url}`],
  [80, signIn.url],
])('from when it is ready the foot has the link that signs in: %i columns', (columns, expected) => {
  const state = createLiveState();
  expect(state.take({ ...ready, signIn }, { ...room, columns }, noon).map(textOf)).not.toContain(signIn.url);
  expect(drawn(state, { columns })[0]).toBe(expected);
});

test('a link that does not fit is never cut: it stays above, and the foot says how to have another', () => {
  const state = createLiveState();
  const columns = signIn.url.length - 1;
  expect(
    state
      .take({ ...ready, signIn }, { ...room, columns }, noon)
      .map(textOf)
      .at(-1),
  ).toBe(signIn.url);
  expect(drawn(state, { columns })[0]).toBe('dashboard http://api   sign in: npx slipway open');
});

test('a demonstration that went otherwise is told with what to do', () => {
  const surprises = [{ deployment: 'checkout/1', expected: 'succeeded', ending: 'failed: no disk' }] as const;
  const lines = take(createLiveState(), ready, { type: 'demonstrated', surprises, startAgain: null });
  expect(lines.slice(-4)).toEqual([
    'the demonstration did NOT go as it should',
    '  checkout/1 should have gone live: failed: no disk',
    '    what happened to it: npx slipway logs checkout/1',
    '  usual causes: docs/troubleshooting.md',
  ]);
});

test('a deployment is drawn while it moves; its last frame stays, once', () => {
  const state = createLiveState();
  const regions = [regionOf('eu-west', { state: 'rolling', batch: 1 })];
  const moving: ConsoleEvent = {
    type: 'deployment',
    at: afterNoon(0),
    line: '',
    deployment: deploymentOf({ regions }),
  };
  expect(take(state, ready, { type: 'hosts', reports: [reportOf('eu-west')] }, moving).slice(-1)).toEqual([
    'ready after 9.2 s',
  ]);
  expect(drawn(state)[0]).toBe('checkout/2 rollout @1 → @2 "Greet faster"  lin');
  expect(drawn(state).slice(-2)).toEqual(['dashboard http://api', 'Temporal Web UI http://ui']);
  const over = deploymentOf({
    outcome: 'succeeded',
    state: 'succeeded',
    regions: [doneRegion('eu-west')],
    sequence: 8,
  });
  const ended: ConsoleEvent = { type: 'deployment', at: afterNoon(1), line: '', deployment: over };
  const kept = take(state, ended);
  expect(kept[1]).toContain('✓ succeeded');
  expect(kept.at(-1)).toMatch(/^eu-west .* 2 s$/);
  expect(take(state, ended, moving)).toEqual([]);
  expect(drawn(state)).toHaveLength(2);
});

test('while the api is away a deployment is shown as it was, and what cannot be shown any more is told', () => {
  const state = createLiveState();
  const regions = [regionOf('eu-west', { state: 'rolling', batch: 1 })];
  take(state, ready, { type: 'deployment', at: afterNoon(0), line: '', deployment: deploymentOf({ regions }) });
  const news = { type: 'cut', why: 'the event stream was cut', since: noon + 1000, asOf: noon } as const;
  take(state, { type: 'connection', news });
  expect(drawn(state).slice(1, 3)).toEqual([
    'as of 12:00:00Z, no connection since 12:00:01Z: the event stream was cut',
    '▶ was rolling world since 4 s',
  ]);
  take(state, { type: 'connection', news: { type: 'found', afterMs: 900 } });
  expect(drawn(state)[1]).toBe('▶ rolling world since 6 s');
  expect(take(state, { type: 'unfollowed', why: 'no token' })).toEqual([
    'deployments are not shown any more: no token',
  ]);
});

test('a frame of many regions and of programs that ended fits the screen', () => {
  const state = createLiveState();
  const regions = Array.from({ length: 50 }, (_, index) => regionOf(`region-${index}`, { state: 'rolling', batch: 1 }));
  take(state, ready, { type: 'deployment', at: afterNoon(0), line: '', deployment: deploymentOf({ regions }) });
  for (const name of ['api', 'postgres', 'temporal', 'api'])
    take(state, {
      type: 'restart',
      restart: { name, phase: 'ended', how: 'ended with SIGKILL', againInMs: 50, logFile: '/l' },
    });
  expect(drawn(state)).toHaveLength(20);
  expect(
    drawn(state)
      .filter((line) => line.includes('SIGKILL'))
      .map((line) => line.split(' ')[0]),
  ).toEqual(['postgres', 'temporal', 'api']);
  take(state, { type: 'stopping' });
  expect(drawn(state).join()).toContain('Slipway stops');
});
