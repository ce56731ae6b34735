import { sql } from 'kysely';
import type { Digest, RegionName } from '../../../domain/names.ts';
import { isDue, mayClaim, nextSequence } from '../../../domain/summary/due.ts';
import type { SummaryCursor } from '../../../domain/summary/due.ts';
import { countHosts, countReleases } from '../../../domain/summary/host-counts.ts';
import { canonicalJson } from '../../../protocol/canonical-json.ts';
import { digestOf } from '../../../protocol/digest.ts';
import type { RegionSummary } from '../../../protocol/summary.ts';
import type { Database, EntityManager } from '../connect.ts';
import { readServiceCounts } from './service-counts.ts';
import type { ServiceCounts } from './service-counts.ts';

/** What is to be sent now: all services of the region, over as many summaries as they need. */
export interface DueSummaries {
  readonly summaries: readonly RegionSummary[];
  readonly digest: Digest;
}

export interface SummaryOutbox {
  /** What is due, numbered, or `null`. Of several workers of a region one gets it, and a later number has later counts. */
  claim(): Promise<DueSummaries | null>;
  /** The centre took all of them: the same content isn't due before long. */
  markAccepted(due: DueSummaries): Promise<void>;
}

/** protocol/summary.ts */
const mostReleases = 8;
/** A service is some 300 bytes; a body of 100 kB is what servers take unless told otherwise. */
const servicesPerSummary = 200;

export const createSummaryOutbox = (database: Database, region: RegionName): SummaryOutbox => ({
  claim: () => database.em.fork().transactional((em) => claim(em, region)),
  async markAccepted({ digest, summaries }) {
    // Not when another worker has counted since: what it found may not have arrived.
    await sql`
      update summary_cursor set accepted_digest = ${digest}
      where region = ${region} and sequence = ${summaries.at(-1)!.sequence}`.execute(database.em.fork().getKysely());
  },
});

async function claim(em: EntityManager, region: RegionName): Promise<DueSummaries | null> {
  const { nowMs, ...cursor } = await lockCursor(em, region);
  if (!mayClaim(cursor)) return null;
  const services = (await readServiceCounts(em)).map(summaryOf);
  const digest = digestOf(canonicalJson(services));
  if (!isDue(cursor, digest)) return null;
  const first = nextSequence(cursor, nowMs);
  const at = new Date(nowMs).toISOString();
  const summaries = parted(services).map((part, place) => ({ region, sequence: first + place, at, services: part }));
  await sql`
    update summary_cursor set sequence = ${summaries.at(-1)!.sequence}, claimed_at = clock_timestamp()
    where region = ${region}`.execute(em.getKysely());
  return { summaries, digest };
}

async function lockCursor(em: EntityManager, region: RegionName): Promise<SummaryCursor & { readonly nowMs: number }> {
  await sql`
    insert into summary_cursor (region, sequence, claimed_at) values (${region}, 0, 'epoch')
    on conflict (region) do nothing`.execute(em.getKysely());
  const { rows } = await sql<SummaryCursor & { nowMs: number }>`
    select sequence::float8 as sequence, accepted_digest as "acceptedDigest",
      case when sequence = 0 then null
        else (extract(epoch from clock_timestamp() - claimed_at) * 1000)::float8 end as "claimedAgoMs",
      (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"
    from summary_cursor where region = ${region} for update`.execute(em.getKysely());
  return rows[0]!;
}

const summaryOf = ({ groups, drifted, ...goal }: ServiceCounts): RegionSummary['services'][number] => ({
  ...goal,
  hosts: countHosts(groups),
  running: [...countReleases(groups, mostReleases)],
  // A centre of the version before refuses what it doesn't know.
  ...(drifted !== null && { drifted }),
});

/** At least one part: a region without services says that it is there. */
function parted<Service>(services: readonly Service[]): Service[][] {
  const parts = [services.slice(0, servicesPerSummary)];
  for (let from = servicesPerSummary; from < services.length; from += servicesPerSummary) {
    parts.push(services.slice(from, from + servicesPerSummary));
  }
  return parts;
}
