import { expect, test } from '@jest/globals';
import { newService, type ServiceState } from '../../../domain/host/service-state.ts';
import { goalOf, releases } from '../../../domain/host/simulated-goals.ts';
import { deploymentNumber, hostId, serviceName, type Generation } from '../../../domain/names.ts';
import type { ServiceReport } from '../../../protocol/gateway.ts';
import { lies, type Lie } from '../scenario/scenario.ts';
import { formerOf, lied } from './lies.ts';

const [first, second] = releases;
const attempt = (deployment: number) => ({ deployment: deploymentNumber(deployment), local: 0 });

/** The second release runs here, and is well. */
const service: ServiceState = {
  ...newService(serviceName('checkout')),
  goal: goalOf({ deployment: 2, generation: 20, base: first, next: second }),
  provenUntilMs: 1e15,
  onDisk: [first, second],
  current: second,
  before: first,
};

const truthOf = (deployment: number): ServiceReport => ({
  service: serviceName('checkout'),
  generation: (deployment * 10) as Generation,
  attempt: attempt(deployment),
  running: second,
  health: 'healthy',
  state: 'healthy',
  refused: [],
  pinned: false,
  maintenance: false,
  instance: null,
  reason: null,
  trace: null,
});

const say = (lie: Lie, over: Partial<ServiceState> = {}, turn = 0): ServiceReport =>
  lied(lie, truthOf(2), {
    host: hostId('host-1'),
    service: { ...service, ...over },
    former: formerOf(truthOf(1))!,
    turn,
    nowMs: 1_000,
  });

test.each(lies)('of the deployment before a liar says the truth: %s', (lie) => {
  const told = { host: hostId('host-1'), service, former: null, turn: 0, nowMs: 1_000 };
  expect(lied(lie, truthOf(1), told)).toEqual(truthOf(1));
});

test.each<[Lie, Partial<ServiceReport>]>([
  ['healthy-though-bad', truthOf(2)],
  ['unhealthy-though-fine', { running: second, health: 'unhealthy' }],
  ['old-release-though-new', { running: first, health: 'healthy', attempt: attempt(2) }],
  ['old-attempt', { running: second, attempt: attempt(1), generation: 10 as Generation }],
  ['refused-unseen', { refused: [{ deployment: deploymentNumber(2), digest: second, reason: 'it could not start' }] }],
])('%s', (lie, said) => {
  expect(say(lie)).toMatchObject(said);
});

test('who flips is unhealthy every other time', () => {
  expect([0, 1, 2, 3].map((turn) => say('flips', {}, turn).health)).toEqual([
    'unhealthy',
    'healthy',
    'unhealthy',
    'healthy',
  ]);
});

test('who is idle says that it runs what its goal wants, going on and going back', () => {
  const idle = { current: first };
  expect(say('done-though-idle', idle)).toMatchObject({ running: second, health: 'healthy' });
  const undo = goalOf({ deployment: 2, generation: 21, base: first, next: second, mode: 'undo' });
  expect(say('done-though-idle', { ...idle, goal: undo })).toMatchObject({ running: first, health: 'healthy' });
});

test('an unknown release is none of those that there are', () => {
  expect([first, second]).not.toContain(say('unknown-release').running);
});
