import { expect, test } from '@jest/globals';
import type { Service } from '../client/api.ts';
import { deploymentFixture, hostsFixture, laneFixture } from '../live/known.fixture.ts';
import { learn } from '../live/known.ts';
import { serviceAlerts, serviceNow, serviceTitle, serviceVerbs } from './service-parts.ts';

const at = '2026-11-25T12:00:00Z';
const lock = { owner: 'mo', reason: 'INC-7', since: at };

const service = (parts: Partial<Service> = {}): Service => ({
  service: 'checkout',
  repository: 'acme/checkout',
  cloneUrl: 'file:///repositories/checkout',
  branch: 'main',
  folder: '.',
  owners: [],
  currentRelease: 411,
  lane: laneFixture(),
  active: null,
  why: null,
  hosts: [hostsFixture('eu-west', 3)],
  changedAt: null,
  deployments: [],
  sequence: 10,
  policy: null,
  ...parts,
});

test('its title says what runs, that it is locked, and which regions nobody knows of', () => {
  expect(serviceTitle(service())).toBe('checkout @411');
  expect(serviceTitle(service({ currentRelease: null }))).toBe('checkout nothing deployed');
  const hosts = [{ ...hostsFixture('eu-west', 3), stale: true }];
  expect(serviceTitle(service({ lane: laneFixture({ lock }), hosts }))).toBe('checkout @411, locked, 1 region unknown');
  expect(serviceTitle(service({ active: deploymentFixture({ paused: true }) }))).toBe('checkout paused');
});

test('with stale data its title says what was', () => {
  expect(serviceTitle(service(), true)).toBe('checkout was @411');
  expect(serviceTitle(service({ currentRelease: null }), true)).toBe('checkout had nothing deployed');
  const active = deploymentFixture({ paused: true });
  expect(serviceTitle(service({ active, lane: laneFixture({ lock }) }), true)).toBe('checkout was paused, locked');
});

test('a locked lane offers to be unlocked, and nothing is rolled back before something ran', () => {
  expect(serviceVerbs(service())).toEqual(['deploy', 'redeploy', 'rollback', 'lock']);
  expect(serviceVerbs(service({ lane: laneFixture({ lock }), currentRelease: null }))).toEqual(['deploy', 'unlock']);
});

test('what the stream told since it was read takes its place, what it told before does not', () => {
  const told = (sequence: number) =>
    learn(null, { type: 'snapshot', sequence, at, deployments: [], lanes: [laneFixture({ lock })], hosts: [] });
  expect(serviceNow(service(), told(11)).lane.lock).toEqual(lock);
  expect(serviceNow(service(), told(9)).lane.lock).toBeNull();
});

test('a deployment in the list is as new as the stream knows it', () => {
  const read = deploymentFixture({ sequence: 3, state: 'rolling' });
  const deployments = [deploymentFixture({ sequence: 4, state: 'baking' })];
  const known = learn(null, { type: 'snapshot', sequence: 11, at, deployments, lanes: [], hosts: [] });
  const now = serviceNow(service({ deployments: [read], active: read }), known);
  expect([now.deployments[0]?.state, now.active?.state]).toEqual(['baking', 'baking']);
});

test('what is said aloud is what needs someone, but for what waits', () => {
  const next = { text: '', command: null, verb: null };
  const why = { cause: 'held', since: at, next, needsSomeone: true };
  const held = deploymentFixture({ held: true, why });
  expect(serviceAlerts(service({ active: held }))).toEqual([{ about: 'checkout/87 held', cause: 'held' }]);
  expect(serviceAlerts(service({ active: deploymentFixture({ why: { ...why, needsSomeone: false } }) }))).toEqual([]);
  const asking = deploymentFixture({ state: 'approving', waiting: 'waits for approval', why });
  expect(serviceAlerts(service({ active: asking }))).toEqual([]);
  const locked = service({ lane: laneFixture({ lock }), why: { ...why, cause: 'the lane is locked' } });
  expect(serviceAlerts(locked)).toEqual([{ about: 'checkout locked', cause: 'the lane is locked' }]);
});
