import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Deployment, DeploymentStep } from '../../protocol/api/deployment.ts';
import { deploymentFrame, type DeploymentSight } from './deployment-frame.ts';
import { afterNoon, deploymentOf, doneRegion, noon, regionOf, reportOf } from '../shown.fixture.ts';
import { textOf, widthOf } from './styled-line.ts';
import type { Room } from './room.ts';

const wide: Room = { columns: 120, rows: 30, hasUnicode: true };

const sightOf = (deployment: Deployment, change: Partial<DeploymentSight> = {}): DeploymentSight => ({
  deployment,
  reports: [],
  changes: [],
  connection: null,
  program: 'slipway',
  now: noon,
  ...change,
});

const shown = (sight: DeploymentSight, room: Partial<Room> = {}): string[] =>
  deploymentFrame(sight, { ...wide, ...room }).map((line) => textOf(line).trimEnd());

const step = (kind: DeploymentStep['kind'], name: string, change: Partial<DeploymentStep> = {}): DeploymentStep => ({
  kind,
  name,
  state: 'done',
  startedAt: afterNoon(-10),
  endedAt: afterNoon(-8.3),
  note: null,
  ...change,
});

const steps = [
  step('build', 'build'),
  step('approval', 'approval', { note: '1 of 1 (mo)', endedAt: afterNoon(-7) }),
  step('replication', 'replication', { note: '3 of 3', endedAt: afterNoon(-6) }),
  step('stage', 'canary', { startedAt: afterNoon(-150), endedAt: afterNoon(-20) }),
  step('stage', 'world', { state: 'running', startedAt: afterNoon(-4), endedAt: null }),
  step('verify', 'verify', { state: 'pending', startedAt: null, endedAt: null }),
];

const rolling = deploymentOf({
  why: {
    cause: 'batch 1 of 2 in us-east',
    since: afterNoon(-4),
    next: { text: 'Nothing needs you.', command: 'slipway watch checkout/2', verb: null },
    needsSomeone: false,
  },
  steps,
  regions: [
    doneRegion('eu-west'),
    regionOf('us-east', {
      state: 'rolling',
      batch: 1,
      hosts: { total: 4960, switched: 2480, healthy: 2471, failed: 0 },
    }),
    regionOf('ap-south', { state: 'rolling', batch: 1, hosts: { total: 620, switched: 155, healthy: 10, failed: 2 } }),
    regionOf('sa-east'),
  ],
});

test('a rollout is shown with its cause, its steps and its regions, the worst first', () => {
  const reports = [reportOf('eu-west'), reportOf('us-east', { at: afterNoon(-90) })];
  expect(shown(sightOf(rolling, { reports }))).toEqual([
    'checkout/2 rollout @1 → @2 "Greet faster"  lin',
    '▶ rolling world since 4 s  batch 1 of 2 in us-east',
    'Next: Nothing needs you.',
    'build ✓ 1.7 s → approval ✓ 1 of 1 (mo) 3.0 s ∥ replication ✓ 3 of 3 4.0 s → canary ✓ 2:10 → world ▶ 4.0 s → verify',
    'region               batches  hosts           on @2  healthy  failed  unknown  last report',
    'ap-south  ▶ rolling  ▣□                  155 of 620       10       2        ?         none',
    'us-east   ▶ rolling  ▣□              2,480 of 4,960    2,471       0        0   1 min 30 s',
    'sa-east   · pending  □□       ··             0 of 2        0       0        ?         none',
    'eu-west   ✓ done     ■■       ✓✓             2 of 2        2       0        0          2 s',
  ]);
});

test('a first release, and an undo that a person started', () => {
  expect(shown(sightOf(deploymentOf({ from: null }))).slice(0, 1)).toEqual([
    'checkout/2 rollout @2 "Greet faster"  lin',
  ]);
  const undoing = deploymentOf({
    state: 'undoing',
    regions: [regionOf('eu-west', { state: 'undoing', batch: 1, reason: 'of 1 host 1 failed, 0 allowed' })],
    source: { from: 'person', person: 'mo', reason: null } as Deployment['source'],
  });
  const lines = shown(sightOf(undoing));
  expect(lines[0]).toMatch(/mo$/);
  expect(lines[1]).toBe('↩ undoing world since 4 s');
  expect(lines.at(-1)).toContain('↩ undoing');
  expect(lines.at(-1)).toMatch(/of 1 host 1 failed, 0 allowed$/);
});

test.each([
  [
    { outcome: 'undone', state: 'undone', reason: 'too many failed' },
    '↩ undone after 10 s  undone before any host had switched: too many failed',
  ],
  [
    { outcome: 'succeeded', state: 'succeeded', regions: [doneRegion('eu-west')] },
    '✓ succeeded after 10 s  live in 1 of 1 region, 2 healthy hosts',
  ],
  [
    { outcome: 'failed', state: 'failed', reason: 'no build' },
    '✕ failed after 10 s  failed before any region was touched: no build',
  ],
] as const)('%o ends as one would say it', (change, expected) => {
  const ended = deploymentOf({ ...(change as Partial<Deployment>), stage: null, endedAt: afterNoon(0) });
  expect(shown(sightOf(ended))[1]).toBe(expected);
});

test('a region that was undone runs nothing of it, as its hosts say', () => {
  const hosts = { total: 3, switched: 1, healthy: 0, failed: 1 };
  const undone = deploymentOf({
    state: 'undone',
    outcome: 'undone',
    regions: [regionOf('eu-west', { state: 'undone', batch: 1, hosts })],
  });
  const reports = [reportOf('eu-west', { running: [{ release: 1, hosts: 3 }] })];
  expect(shown(sightOf(undone, { reports })).at(-1)).toBe(
    'eu-west  ↩ undone  □□       ↩··    0 of 3        0       1        0          2 s',
  );
  const undoing = deploymentOf({
    state: 'undoing',
    regions: [regionOf('eu-west', { state: 'undoing', batch: 1, hosts })],
  });
  expect(shown(sightOf(undoing, { reports })).at(-1)).toContain('0 of 3');
  expect(shown(sightOf(undoing)).at(-1)).toContain('1 of 3');
  // Counted before the undo began: hosts may not have switched by then.
  const early = [reportOf('eu-west', { running: [{ release: 1, hosts: 3 }], at: afterNoon(-5) })];
  expect(shown(sightOf(undoing, { reports: early })).at(-1)).toContain('1 of 3');
});

test('a region whose report is too old is unknown, and none of its counts is believed', () => {
  const lines = shown(sightOf(rolling, { reports: [reportOf('eu-west', { stale: true })] }));
  expect(lines.find((line) => line.startsWith('eu-west'))).toMatch(/\? unknown, was done .* 2 of 2 +\? +\? +2 +2 s$/);
});

test('how long a region was not heard of is told in 80 columns too, where its last report has no column', () => {
  const silent = (name: string, change: Parameters<typeof reportOf>[1] = {}) =>
    reportOf(name, { stale: true, at: afterNoon(-540), ...change });
  const regions = [
    doneRegion('eu-west'),
    regionOf('us-east', { state: 'rolling', batch: 1 }),
    regionOf('ap-south', { state: 'unreachable', batch: 1 }),
    regionOf('sa-east'),
  ];
  const reports = [
    reportOf('eu-west'),
    silent('us-east'),
    silent('ap-south'),
    silent('sa-east', { hosts: null, at: null }),
  ];
  const lines = shown(sightOf(deploymentOf({ regions }), { reports }), { columns: 80 });
  expect(lines.slice(-5)).toEqual([
    'region                                       batches  hosts   on @2  failed',
    'us-east   ? unknown 9 min, was rolling       ▣□       ··     0 of 2       ?',
    'ap-south  ? unreachable 9 min                ■□       ··     0 of 2       ?',
    'sa-east   ? unknown, no report, was pending  □□       ··     0 of 2       ?',
    'eu-west   ✓ done                             ■■       ✓✓     2 of 2       0',
  ]);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
  const wider = shown(sightOf(deploymentOf({ regions }), { reports }));
  expect(wider.find((line) => line.startsWith('us-east'))).toMatch(/\? unknown, was rolling .* 9 min$/);
});

test('held, paused and waiting are told apart, and the command that ends it stands beside it', () => {
  const why: Deployment['why'] = {
    cause: 'waits for approval, 0 of 1',
    since: afterNoon(-30),
    next: { text: 'Approve it, or reject it.', command: 'slipway approve checkout/2', verb: 'approve' },
    needsSomeone: true,
  };
  const approving = shown(sightOf(deploymentOf({ state: 'approving', stage: null, waiting: why.cause, why })));
  expect(approving.slice(1)).toEqual([
    '⧗ approving since 30 s  waits for approval, 0 of 1',
    'Next: Approve it, or reject it.  slipway approve checkout/2',
  ]);
  expect(shown(sightOf(deploymentOf({ held: true })))[1]).toMatch(/^✋ held world/);
  expect(shown(sightOf(deploymentOf({ paused: true })))[1]).toMatch(/^⏸ paused world/);
});

test('what is told after the connection was cut is told as it was, and no age of it grows', () => {
  const connection = { type: 'cut', why: 'the event stream was cut', since: noon + 10_000, asOf: noon } as const;
  const lines = shown(sightOf(rolling, { connection, now: noon + 60_000 }));
  expect(lines.slice(0, 3)).toEqual([
    'checkout/2 rollout @1 → @2 "Greet faster"  lin',
    'as of 12:00:00Z, no connection since 12:00:10Z: the event stream was cut',
    '▶ was rolling world since 4 s  batch 1 of 2 in us-east',
  ]);
  const frame = deploymentFrame(sightOf(rolling, { connection }), wide);
  for (const line of frame.slice(2)) for (const piece of line) expect(piece.tone).toBe('quiet');
});

test('where nothing streams that is said, and what is shown is as it is', () => {
  const connection = { type: 'polled', why: 'no first event in 5 s' } as const;
  expect(shown(sightOf(rolling, { connection })).slice(1, 3)).toEqual([
    'no first event in 5 s; asking again and again instead',
    '▶ rolling world since 4 s  batch 1 of 2 in us-east',
  ]);
});

test('without Unicode the marks are words', () => {
  const lines = shown(sightOf(rolling, { reports: [reportOf('eu-west')] }), { hasUnicode: false });
  expect(lines.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
  expect(lines[1]).toMatch(/^run rolling world/);
  expect(lines[3]).toContain('approval ok 3.0 s + replication ok');
  expect(lines[5]).toMatch(/^ap-south {2}run rolling {3}\*\./);
});

test('fifty regions fit a small screen: those in trouble stay, the fine ones are counted', () => {
  const fine = Array.from({ length: 42 }, (_, index) => doneRegion(`fine-${index}`));
  const moving = Array.from({ length: 8 }, (_, index) => regionOf(`moving-${index}`, { state: 'rolling', batch: 1 }));
  const regions = [...fine, ...moving];
  const lines = shown(sightOf(deploymentOf({ steps, regions })), { rows: 13 });
  expect(lines).toHaveLength(13);
  expect(lines.at(-1)).toBe('+ 42 regions fine');
  expect(lines.filter((line) => line.startsWith('moving'))).toHaveLength(8);
  expect(shown(sightOf(deploymentOf({ steps, regions })), { rows: 8 }).at(-1)).toBe(
    '+ 5 regions more, + 42 regions fine',
  );
});

test('what is done is left out of the steps first when they do not fit', () => {
  expect(shown(sightOf(rolling), { columns: 44 })[3]).toBe('… → canary ✓ 2:10 → world ▶ 4.0 s → verify');
});

test('columns that matter least go first', () => {
  const header = (columns: number): string =>
    shown(sightOf(rolling), { columns }).find((line) => line.startsWith('region'))!;
  expect(header(98)).toContain('last report');
  expect(header(72)).not.toContain('last report');
  expect(header(72)).toContain('healthy');
  expect(header(42)).toMatch(/^region +on @2$/);
});

test('the last changes are shown where there is room for them', () => {
  const changes = [1, 2, 3, 4].map((each) => ({ at: afterNoon(each), line: `change ${each}` }));
  expect(shown(sightOf(rolling, { changes })).slice(-3)).toEqual([
    '12:00:02Z change 2',
    '12:00:03Z change 3',
    '12:00:04Z change 4',
  ]);
  expect(shown(sightOf(rolling, { changes }), { rows: 9 }).join()).not.toContain('change');
});

test('whatever it is told, it is never wider nor higher than the screen, and nothing steers the terminal', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 130 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      text,
      fc.nat(60),
      (columns, rows, hasUnicode, subject, count) => {
        const regions = Array.from({ length: count }, (_, index) => regionOf(`region-${index}`, { reason: subject }));
        const sight = sightOf(deploymentOf({ subject, steps, regions, why: rolling.why }), {
          connection: { type: 'cut', why: subject, since: noon, asOf: noon },
        });
        const lines = deploymentFrame(sight, { columns, rows, hasUnicode }).map(textOf);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) {
          expect(widthOf(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
      },
    ),
  );
});

test('a region that has not begun has no counts: how many hosts it has is not known yet', () => {
  const hosts = { total: 0, switched: 0, healthy: 0, failed: 0 };
  const lines = shown(
    sightOf({ ...rolling, regions: [doneRegion('eu-west'), regionOf('sa-east', { state: 'ready', hosts })] }),
  );
  expect(lines.find((line) => line.startsWith('sa-east'))).toMatch(/ready +□+ +– +– +–/);
});
