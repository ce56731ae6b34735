import { expect, test } from '@jest/globals';
import { hostId } from '../names.ts';
import type { HostStatus } from './host-status.ts';
import type { RegionView } from './region-view.ts';
import { attempt, digestOfRelease, generation, host, position, release } from './testing/given.ts';
import { whyItLasts } from './why-it-lasts.ts';

const view = (...hosts: readonly HostStatus[]): RegionView => ({
  attempt: attempt(2),
  next: release('b'),
  runsBefore: false,
  hosts,
  cut: position('4'),
  canaries: [],
  ordered: ['h1', 'h2'].map(hostId),
  budget: { failedPercent: 25, cap: 50 },
  absentAfterMs: 5_000,
  elapsedMs: 1_000,
  listeningMs: Number.POSITIVE_INFINITY,
  otherServices: { healthy: 0, unhealthy: 0 },
});
const reason = 'no free port';
const onNext = { running: digestOfRelease('b'), generation: generation(5) };

test.each<[string, RegionView, string | null]>([
  [
    'a host that waits and says why',
    view(host('h1', '1', { reason })),
    '1 host is not healthy on it yet: no free port (h1)',
  ],
  [
    'several, of which one stands for all',
    view(host('h1', '1', { reason }), host('h2', '2', { reason: 'disk full' })),
    '2 hosts are not healthy on it yet: no free port (h1)',
  ],
  ['one that says nothing is wrong', view(host('h1', '1')), null],
  ['one that is well', view(host('h1', '1', { ...onNext, reason })), null],
  ['one that was not told to switch', view(host('h3', '3', { reason })), null],
  ['one that has gone silent: it says nothing now', view(host('h1', '1', { reason, reportAgeMs: 5_000 })), null],
])('why a batch lasts: %s', (_, seen, why) => {
  expect(whyItLasts(seen)).toBe(why);
});
