import type { z } from 'zod';
import type { deploymentSchema } from './deployment.ts';

const at = '2026-11-25T12:00:00Z';

/** `checkout/87`, which rolls out @412 and is in its canary: as the api answers. */
export const deploymentAnswer = {
  deployment: 'checkout/87',
  service: 'checkout',
  number: 87,
  kind: 'rollout',
  release: 412,
  from: 411,
  subject: 'Fix double charge',
  state: 'rolling',
  stage: 'canary',
  paused: false,
  held: false,
  waiting: null,
  outcome: null,
  reason: null,
  goesOnAs: null,
  pending: [],
  startedAt: at,
  endedAt: null,
  since: at,
  why: null,
  hosts: { total: 10, onRelease: 3 },
  sequence: 1,
  source: {
    from: 'merge',
    commit: 'a'.repeat(40),
    before: 'b'.repeat(40),
    branch: 'main',
    authors: ['lin'],
    pusher: 'lin',
    subject: 'Fix double charge',
  },
  regions: [],
  steps: [],
  verbs: [],
  approvals: null,
  budget: null,
  binding: null,
  pointOfNoReturn: false,
  commit: 'a'.repeat(40),
  traceId: null,
  links: { temporal: null, commit: null, trace: null },
} satisfies z.input<typeof deploymentSchema>;
