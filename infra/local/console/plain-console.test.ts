import { expect, test } from '@jest/globals';
import { afterNoon, deploymentOf, doneRegion } from '../../../cli/shown.fixture.ts';
import type { Console, ConsoleEvent } from './console.ts';
import type { Guide } from './guide-lines.ts';
import { createPlainConsole } from './plain-console.ts';

const guide: Guide = {
  api: 'http://127.0.0.1:8080',
  temporalUi: 'http://127.0.0.1:8233/namespaces/x/workflows',
  signIn: { url: 'http://127.0.0.1:8080/signin#code=abc', expiresAt: '2026-11-24T12:10:00.000Z' },
  person: 'mo',
  tokenFile: '.slipway/run/token-mo',
  tokens: ['.slipway/run/token-ada (deployer)', '.slipway/run/token-mo (deployer, release-owner)'],
  demonstrationAgain: null,
  dataDirectory: '/p/.slipway',
  logs: '/p/.slipway/logs',
  folder: '/p',
  settings: null,
  tries: [{ command: 'npx slipway status checkout', what: 'see what runs where' }],
  searchPath: 'export PATH=/p/cli/bin:"$PATH"',
  ownService: 'docs/how-to/deploy-your-own-service.md',
};

interface Opened {
  readonly console: Console;
  readonly lines: readonly string[];
  /** What is done again and again, and not ended yet. */
  readonly repeated: ReadonlySet<() => void>;
}

/** A clock that goes on by a second each time it is read. */
function open(hasUnicode = true): Opened {
  const lines: string[] = [];
  const repeated = new Set<() => void>();
  let now = 0;
  const console = createPlainConsole({
    print: (line) => lines.push(line),
    now: () => (now += 1000),
    repeat(_, act) {
      repeated.add(act);
      return () => repeated.delete(act);
    },
    hasUnicode,
  });
  return { console, lines, repeated };
}

function told(events: readonly ConsoleEvent[], hasUnicode = true): readonly string[] {
  const { console, lines } = open(hasUnicode);
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

test('a step that lasts is told again and again, with what it does, until it is through', async () => {
  const { console, lines, repeated } = open();
  const step = (name: 'tools' | 'api', done: number): void =>
    console.tell({ type: 'step', step: { name, done, of: 1 } });
  step('tools', 0);
  step('api', 0);
  repeated.forEach((act) => act());
  step('tools', 1);
  repeated.forEach((act) => act());
  expect(lines).toEqual([
    "  ▶ tools                   2.0 s so far: downloads Temporal's command line",
    '  ▶ api                     2.0 s so far',
    '  ✓ tools                   4.0 s',
    '  ▶ api                     4.0 s so far',
  ]);
  await console.close();
  expect(repeated.size).toBe(0);
});

test('the link that signs in is told as soon as it is ready', () => {
  const { api, temporalUi, signIn, person } = guide;
  const ready = { type: 'ready', readyMs: 9200, api, temporalUi, person } as const;
  expect(told([{ ...ready, signIn }])).toEqual([
    'ready after 9.2 s: http://127.0.0.1:8080',
    'dashboard, signs mo in once: http://127.0.0.1:8080/signin#code=abc',
  ]);
  expect(told([{ ...ready, signIn: null }])).toHaveLength(1);
});

test('a demonstration that went otherwise names each deployment, why, and where to read more', () => {
  const surprises = [
    { deployment: 'checkout/1', expected: 'succeeded', ending: 'undone in 1 region: eu-west: /healthz answered 500' },
    { deployment: 'checkout/2', expected: 'undone', ending: 'live in 5 of 5 regions, 10 healthy hosts' },
  ] as const;
  expect(told([{ type: 'demonstrated', surprises, startAgain: null }]).slice(1)).toEqual([
    'the demonstration did NOT go as it should',
    '  checkout/1 should have gone live: undone in 1 region: eu-west: /healthz answered 500',
    '    what happened to it: npx slipway logs checkout/1',
    '  checkout/2 should have been undone: live in 5 of 5 regions, 10 healthy hosts',
    '    what happened to it: npx slipway logs checkout/2',
    '  usual causes: docs/troubleshooting.md',
  ]);
  const ends = { type: 'demonstrated', startAgain: 'npm start -- --no-demo' } as const;
  expect(told([{ ...ends, surprises }])[3]).toBe(
    '    what happened to it: npm start -- --no-demo, then npx slipway logs checkout/1',
  );
  expect(told([{ ...ends, surprises: [] }])).toEqual(['', 'the demonstration went as it should']);
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
    '                   signs mo in, once, until 12:10 UTC',
    '                   later: npx slipway open, or the token in .slipway/run/token-mo',
    '  API              http://127.0.0.1:8080',
    '                   tokens: .slipway/run/token-ada (deployer)',
    '                           .slipway/run/token-mo (deployer, release-owner)',
    '  Temporal Web UI  http://127.0.0.1:8233/namespaces/x/workflows',
    '  data, logs       /p/.slipway  /p/.slipway/logs',
    '',
    'To try next, in another terminal: cd /p',
    '  · see what runs where',
    '      npx slipway status checkout',
    '  · have slipway in any folder, without npx',
    '      export PATH=/p/cli/bin:"$PATH"',
    'Then a service of your own: docs/how-to/deploy-your-own-service.md',
  ]);
});

test('who has seen the demonstration at an earlier start is told how to see it again', () => {
  const lines = told([{ type: 'settled', guide: { ...guide, demonstrationAgain: 'npm start -- --demo' } }]);
  expect(lines.at(-1)).toBe('The demonstration was shown before; once more: npm start -- --demo');
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

test('a region that was removed stays so, and how it comes back is said', () => {
  expect(told([{ type: 'region-removed', region: 'ap-south' }])).toEqual([
    'ap-south was removed, and stays so: slipway add region ap-south brings it back',
  ]);
});

test('programs that end, take long and serve again are told as it happens', () => {
  expect(
    told([
      {
        type: 'restart',
        restart: { name: 'api', phase: 'ended', how: 'ended with SIGKILL', againInMs: 50, logFile: '/l' },
      },
      { type: 'restart', restart: { name: 'api', phase: 'late', afterMs: 60_000, logFile: '/l' } },
      { type: 'restart', restart: { name: 'api', phase: 'serves', afterMs: 61_234 } },
      { type: 'restart', restart: { name: 'gateway-eu-west', phase: 'serves', afterMs: 61_234, first: true } },
    ]),
  ).toEqual([
    'api ended with SIGKILL; started again in 50 ms (/l)',
    'api lives and does not serve yet after 1 min; it is waited for (/l)',
    'api serves again after 61.2 s',
    'gateway-eu-west serves after 61.2 s',
  ]);
});
