import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { GoalActivities, UrgentGoalActivities } from '../activities/goals/contract.ts';
import { createGoalActivities, createUrgentGoalActivities } from '../activities/goals/goal-activities.ts';
import { directorOf } from '../activities/goals/sign-goal.ts';
import type { GoalParts } from '../activities/goals/write-step.ts';
import type { Attempt } from '../domain/goal/attempt.ts';
import type { Placement } from '../domain/goal/goal.ts';
import { deploymentNumber, hostId, regionName, releaseNumber, serviceName } from '../domain/names.ts';
import type { HostId } from '../domain/names.ts';
import { createGoalStore } from '../infra/postgres/region/goal-store.ts';
import { enrollHost } from '../infra/postgres/region/enroll-host.ts';
import { createHostReports } from '../infra/postgres/region/host-reports.ts';
import { listenForServiceChanges } from '../infra/postgres/region/service-changes.ts';
import { storeReports } from '../infra/postgres/region/store-reports.ts';
import { admissionType } from '../protocol/admission.ts';
import { digestOf } from '../protocol/digest.ts';
import { signDocument } from '../protocol/dsse.ts';
import { reportBatchSchema } from '../protocol/gateway.ts';
import { createRegionDatabase } from './region-database.ts';
import type { TestRegionDatabase } from './region-database.ts';

export const region = regionName('eu-west');
export const director = generateKeyPairSync('ed25519');
const admissionKey = generateKeyPairSync('ed25519').privateKey;
/** Larger than any pause in a test: hosts are silent only when a test says so. */
export const absentAfterMs = 60_000;

export const service = serviceName('checkout');
export const attempt = (deployment: number, local = 0): Attempt => ({
  deployment: deploymentNumber(deployment),
  local,
});
export const releaseOf = (name: string) => digestOf(`release ${name}`);
export const placement = (name: string, selector: Placement['selector'] = {}): Placement => ({
  release: { number: releaseNumber(name.length), digest: releaseOf(name) },
  selector,
});

interface AdmissionInput {
  readonly key?: KeyObject;
  readonly [field: string]: unknown;
}

/** As the centre would have signed it. */
export function admissionOf({ release }: Placement, { key = admissionKey, ...over }: AdmissionInput = {}): string {
  const document = {
    format: 'slipway.admission/1',
    service,
    release,
    config: digestOf('config'),
    regions: [region],
    approvers: [],
    evidence: digestOf('evidence'),
    admittedAt: '2026-11-24T10:00:00.000Z',
    ...over,
  };
  return JSON.stringify(signDocument(admissionType, document, key));
}

/** One region with its own database, and hosts that say what a test lets them say. */
export interface GoalRegion extends TestRegionDatabase {
  readonly parts: GoalParts;
  /** Each call is an activity attempt of its own. */
  readonly activities: GoalActivities & UrgentGoalActivities;
  enroll(...names: string[]): Promise<HostId[]>;
  /** One report of one host about the service; unsaid fields are those of a healthy host at the attempt. */
  say(host: HostId, about: object): Promise<void>;
  /** As if the last report that named a service were so old, of one host or of all. */
  silence(ageMs: number, host?: HostId): Promise<void>;
}

/** @param directorKey signs its goals */
export async function createGoalRegion(directorKey: KeyObject = director.privateKey): Promise<GoalRegion> {
  const made = await createRegionDatabase();
  const changes = listenForServiceChanges({ url: made.url });
  const parts: GoalParts = {
    region,
    store: createGoalStore(made.database),
    reports: createHostReports(made.database, changes),
    director: directorOf(directorKey),
    currentTraceparent: () => '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
  let sequence = 0;
  return {
    ...made,
    parts,
    activities: attempted({ ...createGoalActivities(parts), ...createUrgentGoalActivities(parts) }),
    async enroll(...names) {
      const hosts = names.map(hostId);
      for (const host of hosts) {
        await enrollHost(made.database, host, { role: 'web' });
        await report(host, []);
      }
      return hosts;
    },
    say: (host, about) => report(host, [{ ...wellAt(attempt(1)), ...about }]),
    async silence(ageMs, host) {
      const execute = (statement: string) => made.database.em.fork().execute(statement, [ageMs / 1_000, host ?? '%']);
      await execute('update host_service set reported_at = now() - make_interval(secs => ?) where host like ?');
      await execute('update host set heard_at = now() - make_interval(secs => ?) where id like ?');
    },
    async close() {
      await changes.close();
      await made.close();
    },
  };
  async function report(host: HostId, services: object[]): Promise<void> {
    const batch = reportBatchSchema.parse({ sequence: ++sequence, bootId: 'boot', agentVersion: '1', services });
    await storeReports(made.database, [{ host, ...batch }]);
  }
}

/** What a healthy host says of the service. */
export const wellAt = (at: Attempt) => ({
  service,
  generation: 0,
  attempt: at,
  running: null,
  health: 'healthy',
  state: 'healthy',
  refused: [],
  pinned: false,
  maintenance: false,
  instance: null,
  reason: null,
  trace: null,
});

/** The context that a worker gives to one attempt of an activity. */
export const activityAttempt = (info: ConstructorParameters<typeof MockActivityEnvironment>[0] = {}) =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });

/** Runs each activity as a worker would: in a context that heartbeats and can be cancelled. */
function attempted<Activities extends object>(activities: Activities): Activities {
  const wrapped = Object.entries(activities as Record<string, (input: unknown) => Promise<unknown>>).map(
    ([name, act]) => [name, (input: unknown) => activityAttempt().run(act, input)] as const,
  );
  return Object.fromEntries(wrapped) as Activities;
}
