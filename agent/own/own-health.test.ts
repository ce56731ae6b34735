import { expect, test } from '@jest/globals';
import { ownService } from '../../domain/host/own-service.ts';
import { newHost, newService } from '../../domain/host/service-state.ts';
import type { Digest, HostId } from '../../domain/names.ts';
import { ownHealth } from './own-health.ts';

const hostWith = (pin: Digest | null) => ({
  ...newHost('a' as HostId),
  services: new Map([[ownService, { ...newService(ownService), pin }]]),
});
const pinned = 'sha256:1' as Digest;

test.each<[string, number, Digest | null, string]>([
  ['that was never heard fails', Infinity, null, 'failure'],
  ['that is heard is well', 1_000, null, 'success'],
  ['whose gateway is away since is neither', 3_600_000, null, 'unknown'],
  ['that its operator pinned is well with the gateway away', Infinity, pinned, 'success'],
])('an agent %s', (_which, silentMs, pin, outcome) => {
  expect(ownHealth(hostWith(pin), silentMs).outcome).toBe(outcome);
});
