import { broughtBy, type MergeSource } from '../../../domain/intake/merge.ts';
import { takenBackSince, type Merged, type TakenBack } from '../../../domain/lane/taken-back.ts';
import type { ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';

/** As far back as a commit is looked for that a revert names. */
const mostMerges = 1_000;

/** A service's merges, if any after `since` takes something back; mostly none does, and nothing more is read. */
export async function readMerges(em: EntityManager, service: ServiceName, since: ReleaseNumber): Promise<Merged[]> {
  const [later] = await em.execute<[{ takes: boolean }]>(
    `select exists (select from deployment where service = ? and release > ? and jsonb_exists(source, 'reverts')) as takes`,
    [service, since],
  );
  if (!later.takes) return [];
  const rows = await em.execute<{ release: ReleaseNumber; source: MergeSource }[]>(
    `select distinct on (release) release, source from deployment
     where service = ? and source ->> 'from' = 'merge' order by release desc limit ?`,
    [service, mostMerges],
  );
  return rows.map(({ release, source }) => ({
    release,
    branch: source.branch,
    commits: broughtBy(source),
    reverts: source.reverts ?? [],
  }));
}

/** What of a release a later one takes back that is queued, under way, or has succeeded. */
export async function findTakenBack(
  em: EntityManager,
  service: ServiceName,
  release: ReleaseNumber,
): Promise<TakenBack | null> {
  const merges = await readMerges(em, service, release);
  if (merges.length === 0) return null;
  const rows = await em.execute<{ release: ReleaseNumber }[]>(
    `select distinct release from deployment
     where service = ? and release > ? and (outcome is null or outcome = 'succeeded')`,
    [service, release],
  );
  return takenBackSince(
    release,
    rows.map((row) => row.release),
    merges,
  );
}
