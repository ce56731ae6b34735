import type { ServiceSpec } from '../../../domain/spec/service-spec.ts';
import type { Decisions } from '../decisions.ts';
import { merge } from '../events/people.ts';
import { brokenBy } from '../promises/promises.ts';
import type { Broken } from '../promises/notice.ts';
import { newWorld } from '../world/new-world.ts';
import { regionAt, service } from '../world/names.ts';
import type { World } from '../world/world.ts';

const regions = [regionAt(0), regionAt(1)];

const spec: ServiceSpec = {
  service,
  build: { run: null, output: '.', timeoutMs: 1 },
  checks: null,
  run: { command: ['run'], env: {}, restart: 'stop-first' },
  on: {},
  health: { http: '/', startPeriodMs: 1, intervalMs: 1, timeoutMs: 1, healthyAfter: 1, unhealthyAfter: 1 },
  approve: null,
  rollout: {
    stages: [{ name: 'all', regions, batches: [{ hosts: 1 }, { percent: 100 }], bakeMs: 0 }],
    budget: { failedPercent: 50, cap: 50 },
    batchTimeoutMs: 120_000,
    absentAfterMs: 30_000,
    undoDeadlineMs: 90_000,
    verify: null,
  },
  rollback: { automatic: true, lockAfter: false },
};

/** One lane, two regions, three hosts, and a first merge. What breaks a promise is kept in `found`. */
export function startWorld(decisions: Decisions, found: { broken: Broken | null }): World {
  const world = newWorld(
    {
      regions,
      spec,
      decisions,
      quality: () => 'good',
      keepsHistory: true,
      notice: (at, notice) => void (found.broken ??= brokenBy(at, notice)),
    },
    [2, 1],
  );
  merge(world, 'c0', 'c1');
  return world;
}
