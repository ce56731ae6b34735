import { expect, test } from '@jest/globals';
import { ownService } from '../../domain/host/own-service.ts';
import { newHost, newService, type ServiceState, type Trial } from '../../domain/host/service-state.ts';
import { goalOf } from '../../domain/host/simulated-goals.ts';
import type { Digest, HostId } from '../../domain/names.ts';
import { ownHealth } from './own-health.ts';

const pinned = 'sha256:1' as Digest;
const { attempt, generation } = goalOf({ deployment: 2, generation: 2, base: null }).goal;
const trial: Trial = { kind: 'forward', from: null, to: pinned, attempt, generation, stage: 'switched' };
const hostWith = (more: Partial<ServiceState>) => ({
  ...newHost('a' as HostId),
  services: new Map([[ownService, { ...newService(ownService), ...more }]]),
});

test.each<[string, number, Partial<ServiceState>, string]>([
  ['on trial that was never heard fails', Infinity, { trial }, 'failure'],
  ['that was confirmed, and started again while its gateway is away, is neither', Infinity, {}, 'unknown'],
  ['that is heard is well', 1_000, { trial }, 'success'],
  ['whose gateway is away since is neither', 3_600_000, { trial }, 'unknown'],
  ['that its operator pinned is well with the gateway away', Infinity, { pin: pinned }, 'success'],
])('an agent %s', (_which, unheardMs, more, outcome) => {
  expect(ownHealth(hostWith(more), unheardMs).outcome).toBe(outcome);
});
