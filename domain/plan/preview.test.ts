import { expect, test } from '@jest/globals';
import { digest, regionName, releaseNumber, serviceName } from '../names.ts';
import type { ServiceSpec } from '../spec/service-spec.ts';
import { approvalText, healthText, policyOf } from './policy-text.ts';
import { previewOf } from './preview.ts';

const [euWest, usEast] = [regionName('eu-west'), regionName('us-east')];
const spec: ServiceSpec = {
  service: serviceName('checkout'),
  build: { run: null, output: '.', timeoutMs: 1 },
  checks: { run: 'npm test', timeoutMs: 1 },
  run: { command: ['node', 'server.js'], env: {}, restart: 'stop-first' },
  on: { role: 'web' },
  health: {
    http: '/healthz',
    startPeriodMs: 10_000,
    intervalMs: 2_000,
    timeoutMs: 1_000,
    healthyAfter: 3,
    unhealthyAfter: 2,
  },
  approve: { quorum: 1, roles: ['release-owner'], expiresMs: 4 * 3_600_000 },
  rollout: {
    stages: [
      { name: 'canary', regions: [euWest], batches: [{ hosts: 1 }, { percent: 10 }], bakeMs: 120_000 },
      { name: 'world', regions: [usEast], batches: [{ percent: 100 }], bakeMs: 0 },
    ],
    budget: { failedPercent: 5, cap: 50 },
    batchTimeoutMs: 1,
    absentAfterMs: 1,
    undoDeadlineMs: 1,
    verify: null,
  },
  rollback: { automatic: true, lockAfter: true },
};
const facts = { wasAdmitted: false, hasMetricsServer: false, hooksAllowed: false };
const release = { number: releaseNumber(412), digest: digest(`sha256:${'1'.repeat(64)}`) };

test('a preview is the plan that the deployment would get, and has no number', () => {
  const decision = previewOf({ release, from: releaseNumber(411), spec, regions: [euWest, usEast], ...facts });
  expect(decision).toMatchObject({
    outcome: 'planned',
    preview: {
      release,
      from: 411,
      stages: [
        { name: 'canary', regions: ['eu-west'], batches: ['1', '10%'], bakeMs: 120_000 },
        { name: 'world', regions: ['us-east'], batches: ['100%'], bakeMs: 0 },
      ],
      checks: 'npm test',
      verify: null,
    },
  });
});

test('a region that is not there is refused by its name', () => {
  const decision = previewOf({ release, from: null, spec, regions: [euWest], ...facts });
  expect(decision).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('"us-east"') });
});

test('a policy is told as people say it', () => {
  expect(policyOf(spec)).toEqual({
    approval: '1 approval by release-owner, within 4 h',
    rollout: 'canary in eu-west: 1, 10%, bake 2 min; world in us-east: 100%',
  });
  expect(approvalText(null)).toBe('nobody has to agree');
  expect(healthText(spec.health)).toBe(
    'GET /healthz every 2 s: healthy after 3, unhealthy after 2, starts within 10 s',
  );
});

test('a preview says what can not be undone, and nothing where all can', () => {
  const up = { run: './up', undo: null, timeoutMs: 1, mayStay: false, destructive: false };
  const hooks = { before: [up], after: [], region: { before: [], after: [] } };
  const asked = { ...facts, release, from: null, regions: [euWest, usEast], hooksAllowed: true };
  expect(previewOf({ ...asked, spec: { ...spec, hooks, approve: null } })).toMatchObject({
    preview: {
      hooks,
      irreversible: ['"./up" cannot be undone: hooks.before[0] has no undo'],
      approval: { quorum: 1, roles: ['release-owner'] },
    },
  });
  const without = previewOf({ ...asked, spec });
  expect(without.outcome === 'planned' && Object.keys(without.preview)).not.toContain('irreversible');
});
