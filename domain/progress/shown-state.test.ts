import { expect, test } from '@jest/globals';
import type { HostCounts } from '../summary/host-counts.ts';
import {
  deploymentShown,
  hostsShown,
  regionShown,
  serviceShown,
  stepShown,
  type DeploymentStanding,
  type HostsReport,
  type RegionStanding,
  type ServiceStanding,
} from './shown-state.ts';

const deployment = (more: Partial<DeploymentStanding> = {}): DeploymentStanding => ({
  state: 'rolling',
  outcome: null,
  paused: false,
  held: false,
  waiting: null,
  why: null,
  ...more,
});
const none: HostCounts = { total: 0, healthy: 0, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
const report = (counts: Partial<HostCounts> | null, stale = false): HostsReport => ({
  hosts: counts === null ? null : { ...none, ...counts },
  stale,
});
const shown = ({ mark, word }: { mark: string; word: string }): string => `${mark} ${word}`;

test.each<[Partial<DeploymentStanding>, string]>([
  [{}, 'run rolling'],
  [{ waiting: 'ap-south does not answer' }, 'wait rolling'],
  [{ state: 'queued' }, 'wait queued'],
  [{ state: 'approving', waiting: 'waits for approval (0 of 1)' }, 'wait approving'],
  [{ state: 'approving' }, 'run approving'],
  [{ state: 'baking', waiting: 'watches stage canary' }, 'bake baking'],
  [{ paused: true, waiting: 'paused' }, 'pause paused'],
  [{ paused: true, held: true }, 'hold held'],
  [{ state: 'undoing', waiting: 'waits until eu-west is undone' }, 'back undoing'],
  [{ state: 'undoing', paused: true, held: true }, 'back undoing'],
  [{ state: 'succeeded', outcome: 'succeeded' }, 'ok succeeded'],
  [{ state: 'failed', outcome: 'failed', held: true }, 'fail failed'],
  [{ state: 'rejected', outcome: 'rejected' }, 'fail rejected'],
  [{ state: 'undone', outcome: 'undone', why: { needsSomeone: true } }, 'back undone'],
  [{ state: 'superseded', outcome: 'superseded' }, 'absent superseded'],
  [{ state: 'cancelled', outcome: 'cancelled', why: { needsSomeone: false } }, 'absent cancelled'],
  [{ state: 'cancelled', outcome: 'cancelled', why: { needsSomeone: true } }, 'fail cancelled'],
])('a deployment with %j is shown as %s', (more, expected) =>
  expect(shown(deploymentShown(deployment(more)))).toBe(expected),
);

test.each([
  ['stage', 'pending', 'todo pending'],
  ['stage', 'running', 'run running'],
  ['approval', 'waiting', 'wait waiting'],
  ['build', 'done', 'ok done'],
  ['build', 'failed', 'fail failed'],
  ['approval', 'skipped', 'absent skipped'],
  ['undo', 'running', 'back running'],
  ['undo', 'done', 'back done'],
  ['undo', 'failed', 'fail failed'],
] as const)('a step of kind %s that is %s is shown as %s', (kind, state, expected) =>
  expect(shown(stepShown({ kind, state }))).toBe(expected),
);

const region = (state: RegionStanding['state'], reason: string | null = null): RegionStanding => ({ state, reason });

test.each<[what: string, region: RegionStanding, report: HostsReport | null, expected: string]>([
  ['not begun', region('pending'), null, 'todo pending'],
  ['copying', region('replicating'), report({ total: 9, healthy: 9 }), 'run replicating'],
  ['ready for its stage', region('ready'), report({ total: 9, healthy: 9 }), 'todo ready'],
  [
    'rolling, with failures that its budget allows',
    region('rolling'),
    report({ total: 9, unhealthy: 1 }),
    'run rolling',
  ],
  ['rolling, but standing', region('rolling', 'paused'), report({ total: 9, healthy: 9 }), 'wait rolling'],
  ['baking', region('baking'), report({ total: 9, healthy: 9 }), 'bake baking'],
  ['done', region('done'), report({ total: 9, healthy: 9 }), 'ok done'],
  ['done, and silent since', region('done'), report({ total: 9, healthy: 9 }, true), 'unknown unknown, was done'],
  ['not begun and silent', region('pending'), report(null), 'unknown unknown, was pending'],
  ['unreachable', region('unreachable', 'no answer'), report({ total: 9 }, true), 'unknown unreachable'],
  ['undone', region('undone', 'of 1 host 1 failed'), report({ total: 9, healthy: 9 }), 'back undone'],
  ['skipped', region('skipped'), report({ total: 9, healthy: 9 }), 'absent skipped'],
  ['skipped and silent', region('skipped'), report(null), 'absent skipped'],
])('a region that is %s', (_, standing, heard, expected) => expect(shown(regionShown(standing, heard))).toBe(expected));

test.each<[what: string, report: HostsReport, expected: string]>([
  ['that nobody reported', report(null), 'unknown unknown'],
  ['whose report is too old', report({ total: 9, healthy: 9 }, true), 'unknown unknown'],
  ['one of which nobody knows of', report({ total: 9, healthy: 8, unknown: 1 }), 'unknown unknown'],
  ['one of which is bad', report({ total: 9, healthy: 7, unhealthy: 1, unknown: 1 }), 'fail unhealthy'],
  ['one of which went back', report({ total: 9, healthy: 8, reverted: 1 }), 'back reverted'],
  ['that switch', report({ total: 9, healthy: 5, switching: 4 }), 'run switching'],
  ['all healthy', report({ total: 9, healthy: 9 }), 'ok healthy'],
  ['some of which are away', report({ total: 9, healthy: 8, absent: 1 }), 'ok healthy'],
  ['all of which are away', report({ total: 9, absent: 9 }), 'absent absent'],
  ['that are none', report({}), 'absent no host'],
])('hosts %s', (_, heard, expected) => expect(shown(hostsShown(heard))).toBe(expected));

const service = (more: Partial<ServiceStanding> = {}): ServiceStanding => ({
  lane: { lock: null },
  active: null,
  why: null,
  hosts: [report({ total: 9, healthy: 9 })],
  ...more,
});

test.each<[what: string, service: ServiceStanding, expected: string]>([
  ['in which something moves', service({ active: deployment(), lane: { lock: {} } }), 'run rolling'],
  ['that is locked', service({ lane: { lock: {} }, why: { needsSomeone: true } }), 'lock locked'],
  ['that failed and is not locked', service({ why: { needsSomeone: true } }), 'fail failed'],
  ['that is settled', service(), 'ok healthy'],
  [
    'of which a region is silent',
    service({ why: { needsSomeone: false }, hosts: [report({ total: 1, healthy: 1 }), report(null)] }),
    'unknown unknown',
  ],
  ['that never ran', service({ hosts: [] }), 'absent no host'],
])('a service %s', (_, standing, expected) => expect(shown(serviceShown(standing))).toBe(expected));
