/** A run in which every promise was kept: checkout@2 came to the one host of the one region, which ran checkout@1. */
import { generateKeyPairSync } from 'node:crypto';
import type { DurableEvent } from '../../../domain/host/events.ts';
import type { Goal } from '../../../domain/goal/goal.ts';
import type { TakenGoal } from '../../../domain/host/service-state.ts';
import {
  deploymentNumber,
  hostId,
  regionName,
  releaseNumber,
  serviceName,
  type Generation,
  type Position,
} from '../../../domain/names.ts';
import { admissionType } from '../../../protocol/admission.ts';
import { auditGenesis, auditHash, type AuditRecord, type ChainedAuditRecord } from '../../../protocol/audit-record.ts';
import { canonicalJson } from '../../../protocol/canonical-json.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { signDocument, type Envelope } from '../../../protocol/dsse.ts';
import { goalDocument, goalType } from '../../../protocol/goal.ts';
import type { KnownRelease, RunEvidence } from '../evidence/evidence.ts';
import type { HostLook } from '../evidence/look-at-hosts.ts';

export const service = serviceName('checkout');
export const host = hostId('eu-west-1');
export const region = regionName('eu-west');
export const one = { number: releaseNumber(1), digest: digestOf('one') };
export const two = { number: releaseNumber(2), digest: digestOf('two') };
export const deployment = deploymentNumber(2);
export const atMs = Date.parse('2026-11-24T10:00:00Z');

const [root, build, admission, director] = Array.from({ length: 4 }, () => generateKeyPairSync('ed25519'));

const admit = (release: KnownRelease): Envelope =>
  signDocument(
    admissionType,
    {
      format: 'slipway.admission/1',
      service,
      release,
      config: digestOf('config'),
      regions: [region],
      approvers: [{ person: 'mo', role: 'release-owner' }],
      evidence: digestOf('evidence'),
      admittedAt: '2026-11-24T09:00:00Z',
    },
    admission!.privateKey,
  );
export const admissions = [one, two].map(admit);

export const goal: Goal = {
  service,
  region,
  generation: 30 as Generation,
  attempt: { deployment, local: 0 },
  step: 'finish',
  mode: 'advance',
  base: { release: two, selector: {} },
  next: null,
  keep: [],
  cut: null,
  canaries: [],
  admissions: admissions.map((envelope) => digestOf(canonicalJson(envelope))),
  issuedAt: '2026-11-24T10:00:00Z',
  expiresAt: '2026-11-25T10:00:00Z',
};
export const signGoal = (signed: Goal, key = director!.privateKey): Envelope =>
  signDocument(goalType, goalDocument(signed), key);

export const look = (seconds: number, seen: Partial<HostLook>): HostLook => ({
  host,
  atMs: atMs + seconds * 1_000,
  current: one.digest,
  whole: [one.digest],
  answers: one.number,
  pid: 100,
  ...seen,
});
const both = [one.digest, two.digest];

const taken = (generation: number): TakenGoal => ({
  goal: { ...goal, generation: generation as Generation },
  contentDigest: digestOf(`goal ${generation}`),
  admitted: true,
  position: '0000000000000000' as Position,
  selected: { base: true, next: true },
  etag: digestOf('etag'),
  expiresAtMs: atMs,
  admittedReleases: [],
  traceparent: null,
});

export const started = (seconds: number, { digest }: KnownRelease, id: string): DurableEvent => ({
  type: 'instanceStarted',
  service,
  atMs: atMs + seconds * 1_000,
  instance: {
    id,
    release: digest,
    process: { pid: 101, startTime: '1', bootId: 'boot' },
    port: 20_000,
    health: { startPeriodMs: 0 } as never,
  },
});
const seen = (seconds: number, generation: number): DurableEvent => ({
  type: 'goalSeen',
  service,
  atMs: atMs + seconds * 1_000,
  goal: taken(generation),
});
const intended: DurableEvent = {
  type: 'switchIntended',
  service,
  atMs: atMs + 2_000,
  kind: 'forward',
  from: one.digest,
  to: two.digest,
  attempt: goal.attempt,
  generation: goal.generation,
  traceparent: null,
  refusal: null,
};
const journal: readonly DurableEvent[] = [
  seen(1, 10),
  { type: 'fetchStarted', service, atMs: atMs + 1_000, release: two.digest },
  seen(2, 20),
  intended,
  { type: 'switched', service, atMs: atMs + 2_000, to: two.digest },
  started(2, two, 'b'),
  { type: 'confirmed', service, atMs: atMs + 3_000, release: two.digest },
  seen(5, 30),
];

export function chain(
  records: readonly Omit<AuditRecord, 'sequence' | 'actor' | 'object' | 'at'>[],
): ChainedAuditRecord[] {
  const chained: ChainedAuditRecord[] = [];
  for (const record of records) {
    const previousHash = chained.at(-1)?.hash ?? auditGenesis;
    const at = new Date(atMs + 4_000).toISOString();
    const whole = { ...record, sequence: chained.length + 1, actor: 'slipway', object: 'checkout/2', at };
    chained.push({ ...whole, previousHash, hash: auditHash(previousHash, whole) });
  }
  return chained;
}
export const audited = [
  { verb: 'deployment-opened', detail: {}, key: 'open:checkout/2' },
  { verb: 'service-held', detail: {}, key: 'hold:checkout/2' },
  { verb: 'stage-started', detail: { sequence: 1 }, key: 'progress:checkout/2:1' },
  { verb: 'point-of-no-return', detail: {}, key: 'no-return:checkout/2' },
  { verb: 'deployment-ended', detail: { sequence: 2 }, key: 'end:checkout/2' },
];

const progress = {
  region,
  state: 'rolling',
  batch: 1,
  batches: 1,
  hosts: { total: 1, switched: 1, healthy: 1, failed: 0 },
  reason: null,
} as const;
export const openLook = (seconds: number, regions = [progress]) => ({
  atMs: atMs + seconds * 1_000,
  deployment,
  state: 'rolling' as const,
  started: true,
  regions,
});

export const history: RunEvidence['histories'][number] = {
  id: 'deployment:checkout:2',
  deployment,
  what: 'deployment',
  region: null,
  status: 'COMPLETED',
  startedAtMs: atMs,
  closedAtMs: atMs + 6_000,
  failures: [],
  intents: [],
};

export const kept: RunEvidence = {
  service,
  before: one,
  after: two,
  merges: [{ commit: 'c'.repeat(40), accepted: 2, bad: false, unapproved: false }],
  act: null,
  harmed: [],
  deployments: [
    {
      number: deployment,
      kind: 'rollout',
      release: two.number,
      commit: 'c'.repeat(40),
      outcome: 'succeeded',
      started: true,
      goesOnAs: null,
      sequence: 2,
      regions: [progress],
    },
  ],
  releases: [one, two],
  freeze: null,
  slots: [],
  centre: {
    holder: null,
    unfinished: 0,
    obligations: 0,
    audit: chain(audited),
    admissions: admissions.map((envelope) => ({ envelope, admittedAtMs: atMs })),
  },
  regions: [
    {
      region,
      goal: { row: { ...goal, previous: null } as never, envelope: signGoal(goal), admissions },
      snapshots: [{ deployment, host }],
      batches: [
        {
          deployment,
          number: 1,
          cut: 'ff',
          members: { hosts: [host], absent: [], pinned: [], maintenance: [] },
          startedAtMs: atMs + 1_000,
        },
      ],
      replicas: [{ release: two.digest, state: 'published', copiedBytes: 60, reusedBytes: 40, totalBytes: 100 }],
      reports: [{ host, generation: goal.generation, running: two.digest, health: 'healthy', switches: 1 }],
    },
  ],
  hosts: [
    {
      host,
      region,
      journal,
      looks: [
        look(0, {}),
        look(2, { current: two.digest, whole: both, answers: null, pid: null }),
        look(4, { current: two.digest, whole: both, answers: two.number, pid: 101 }),
      ],
      disk: { current: two.digest, releases: both.map((digest) => ({ digest, intact: true, signed: true })) },
    },
  ],
  histories: [history],
  goalLooks: [10, 20, 30].map((generation) => ({
    region,
    generation: generation as Generation,
    attempt: goal.attempt,
    mode: 'advance',
  })),
  openLooks: [[openLook(3.5)]],
  keys: {
    version: 1,
    issuedAtMs: 0,
    root: { threshold: 1, keys: [root!.publicKey] },
    build: build!.publicKey,
    admission: admission!.publicKey,
    directors: new Map([[region, director!.publicKey]]),
    authorities: new Map(),
    revoked: new Set(),
  },
};
