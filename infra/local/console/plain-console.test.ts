import { expect, test } from '@jest/globals';
import { afterNoon, deploymentOf, doneRegion } from '../../../cli/shown.fixture.ts';
import type { ConsoleEvent } from './console.ts';
import type { Guide } from './guide-lines.ts';
import { createPlainConsole } from './plain-console.ts';

const guide: Guide = {
  api: 'http://127.0.0.1:8080',
  temporalUi: 'http://127.0.0.1:8233/namespaces/x/workflows',
  signIn: { url: 'http://127.0.0.1:8080/signin#code=abc', expiresAt: '2026-11-24T12:10:00.000Z' },
  person: 'mo',
  tokenFile: '.slipway/run/token-mo',
  people: 'ada (deployer), mo (release-owner)',
  dataDirectory: '/p/.slipway',
  logs: '/p/.slipway/logs',
  folder: '/p',
  settings: null,
  tries: [{ command: 'npx slipway status checkout', what: 'see what runs where' }],
};

/** Each event takes a second. */
function told(events: readonly ConsoleEvent[], hasUnicode = true): string[] {
  const lines: string[] = [];
  let now = 0;
  const console = createPlainConsole({ print: (line) => lines.push(line), now: () => (now += 1000), hasUnicode });
  events.forEach(console.tell);
  return lines;
}

const change = (seconds: number, deployment: Parameters<typeof deploymentOf>[0]): ConsoleEvent => ({
  type: 'deployment',
  at: afterNoon(seconds),
  line: 'as the audit says it',
  deployment: deploymentOf(deployment),
});

test('a step of the start is told once, when it is through, with its time', () => {
  const step = (name: 'gateways' | 'api', done: number, of: number): ConsoleEvent => ({
    type: 'step',
    step: { name, done, of },
  });
  expect(told([step('gateways', 0, 2), step('api', 0, 1), step('gateways', 1, 2), step('gateways', 2, 2)])).toEqual([
    '  ✓ gateways                2.0 s  2 of 2',
  ]);
  expect(told([step('api', 0, 1), { type: 'failed' }], false)).toEqual(['  FAIL api                     not ready']);
});

test('a deployment has a heading, then each change once with the time since it began', () => {
  const lines = told([
    { type: 'chapter', text: 'lin merges a good change' },
    change(-9, { state: 'building', stage: null, sequence: 1 }),
    change(-9, { state: 'building', stage: null, sequence: 1 }),
    { type: 'said', person: 'mo', text: 'approves checkout/2' },
    change(-5, { regions: [doneRegion('eu-west')], sequence: 3 }),
    change(-8, { state: 'approving', sequence: 2 }),
    change(0, { state: 'succeeded', outcome: 'succeeded', stage: null, regions: [doneRegion('eu-west')], sequence: 4 }),
    change(1, { state: 'succeeded', outcome: 'succeeded', stage: null, regions: [doneRegion('eu-west')], sequence: 4 }),
  ]);
  expect(lines).toEqual([
    '',
    'lin merges a good change',
    'checkout/2 rollout @1 → @2 "Greet faster"  lin',
    '   1.0 s  builds checkout@2',
    '           mo: approves checkout/2',
    '   5.0 s  copied to 1 region',
    '   5.0 s  world: eu-west',
    '   5.0 s  eu-west  done, 2 healthy hosts',
    '  10.0 s  live in 1 of 1 region, 2 healthy hosts',
  ]);
});

test('the addresses and what to try come last, and no line can steer a terminal', () => {
  const lines = told([change(0, { subject: '\u001b[31mred' }), { type: 'settled', guide }]);
  expect(lines.join('\n')).not.toMatch(/[^\P{Cc}\n]/u);
  expect(lines.slice(2)).toEqual([
    '',
    'Slipway runs on; Ctrl-C ends it.',
    '',
    '  dashboard        http://127.0.0.1:8080/signin#code=abc',
    '                   signs mo in, once, until 12:10 UTC; later: the token in .slipway/run/token-mo',
    '  API              http://127.0.0.1:8080  tokens of ada (deployer), mo (release-owner) beside that one',
    '  Temporal Web UI  http://127.0.0.1:8233/namespaces/x/workflows',
    '  data, logs       /p/.slipway  /p/.slipway/logs',
    '',
    'To try next, in another terminal: cd /p',
    '  · see what runs where',
    '      npx slipway status checkout',
  ]);
});

test('without a sign-in link the token is named', () => {
  const lines = told([{ type: 'settled', guide: { ...guide, signIn: null } }]);
  expect(lines[3]).toBe('  dashboard        http://127.0.0.1:8080  sign in with the token in .slipway/run/token-mo');
});

test('that the api is away, and is back, is a line each', () => {
  const cut = { type: 'cut', why: 'the event stream was cut', since: Date.parse(afterNoon(1)), asOf: null } as const;
  expect(
    told([
      { type: 'connection', news: cut },
      { type: 'connection', news: { type: 'found', afterMs: 1234 } },
      { type: 'unfollowed', why: 'no token' },
    ]),
  ).toEqual([
    'no connection since 12:00:01Z: the event stream was cut; connecting again',
    'connected again after 1 s',
    'deployments are not shown any more: no token',
  ]);
});

test('programs that end and serve again are told as it happens', () => {
  expect(
    told([
      {
        type: 'restart',
        restart: { name: 'api', phase: 'ended', how: 'ended with SIGKILL', againInMs: 50, logFile: '/l' },
      },
      { type: 'restart', restart: { name: 'api', phase: 'serves', afterMs: 1234 } },
    ]),
  ).toEqual(['api ended with SIGKILL; started again in 50 ms (/l)', 'api serves again after 1.2 s']);
});
