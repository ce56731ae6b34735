import { sql } from 'kysely';
import type { GoalRow } from '../../../domain/goal/goal.ts';
import { leftHosts, type LeftHost } from '../../../domain/goal/left-hosts.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import { canonicalJson } from '../../../protocol/canonical-json.ts';
import { digestOf } from '../../../protocol/digest.ts';
import type { LeftHostsPart } from '../../../protocol/left-hosts.ts';
import type { Database, EntityManager } from '../connect.ts';
import { readBatches } from './batches.ts';
import { readHostStatuses } from './host-statuses.ts';

/** What is to be sent now. */
export interface DueLeftHosts {
  readonly parts: readonly LeftHostsPart[];
  readonly digest: Digest;
}

export interface LeftHostsOutbox {
  /** `null` while the centre knows it, as far as this worker can tell. */
  read(): Promise<DueLeftHosts | null>;
  markAccepted(due: DueLeftHosts): void;
}

/** protocol/left-hosts.ts */
const hostsPerPart = 1000;
/** A centre that was restored, or that another worker told something older, hears it again. */
const againAfterMs = 10 * 60_000;

/** Several workers of a region may tell the same: the centre takes the list with the highest number. */
export function createLeftHostsOutbox(database: Database, region: RegionName): LeftHostsOutbox {
  let accepted: { readonly digest: Digest; readonly atMs: number } | null = null;
  return {
    async read() {
      const em = database.em.fork();
      const nowMs = await databaseTime(em);
      const hosts = await readLeft(em);
      const digest = digestOf(canonicalJson(hosts));
      if (accepted?.digest === digest && performance.now() - accepted.atMs < againAfterMs) return null;
      return { parts: parted(hosts, { region, sequence: nowMs, at: new Date(nowMs).toISOString() }), digest };
    },
    markAccepted({ digest }) {
      accepted = { digest, atMs: performance.now() };
    },
  };
}

async function databaseTime(em: EntityManager): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(em.getKysely());
  return rows[0]!.ms;
}

type Hosts = LeftHostsPart['hosts'];

/** At least one part: that no host is left has to be told, too. */
function parted(hosts: Hosts, about: Pick<LeftHostsPart, 'region' | 'sequence' | 'at'>): LeftHostsPart[] {
  const count = Math.max(1, Math.ceil(hosts.length / hostsPerPart));
  return Array.from({ length: count }, (_, part) => ({
    ...about,
    hosts: hosts.slice(part * hostsPerPart, (part + 1) * hostsPerPart),
    last: part === count - 1,
  }));
}

/** Of each service whose goal here is an undo, until a later deployment begins. */
async function readLeft(em: EntityManager): Promise<Hosts> {
  const { rows } = await sql<{ service: ServiceName; row: GoalRow; absentAfterMs: number }>`
    select service, row, absent_after_ms as "absentAfterMs" from goal where row->>'mode' = 'undo' order by service
  `.execute(em.getKysely());
  const found: { service: ServiceName; deployment: DeploymentNumber; left: readonly LeftHost[] }[] = [];
  for (const { service, row, absentAfterMs } of rows) {
    const { attempt, generation, base, next } = row;
    const { deployment } = attempt;
    const batches = await readBatches(em, service, deployment);
    const ordered = new Set(batches.flatMap(({ members }) => members.hosts));
    const hosts = await readHostStatuses(em, { service, deployment, base, next }, { base, absentAfterMs });
    const left = leftHosts(hosts, { attempt, generation, base, next, absentAfterMs, ordered });
    found.push({ service, deployment, left });
  }
  const numbers = await releaseNumbers(
    em,
    found.flatMap(({ left }) => left.flatMap(({ runs }) => runs ?? [])),
  );
  return found.flatMap(({ service, deployment, left }) =>
    left
      .toSorted((one, other) => (one.host < other.host ? -1 : 1))
      .map(({ host, runs, why }) => ({
        service,
        deployment,
        host,
        runs: runs === null ? null : { digest: runs, release: numbers.get(runs) ?? null },
        why,
      })),
  );
}

async function releaseNumbers(
  em: EntityManager,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, ReleaseNumber>> {
  if (digests.length === 0) return new Map();
  const { rows } = await sql<{ release: Digest; number: ReleaseNumber }>`
    select release, number from replica
    where release in (select jsonb_array_elements_text(${JSON.stringify([...new Set(digests)])}::jsonb))`.execute(
    em.getKysely(),
  );
  return new Map(rows.map(({ release, number }) => [release, number]));
}
