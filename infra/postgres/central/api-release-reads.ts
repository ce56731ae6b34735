import type { Projection } from '../../../api/control/reads/projection.ts';
import { personName } from '../../../domain/approval/same-person.ts';
import type { ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { Release as ReleaseAnswer } from '../../../protocol/api/release.ts';
import type { Database, EntityManager } from '../connect.ts';
import { Release, ServiceRegion } from './entities.ts';
import type { ReleaseRow } from './entities/release.ts';
import { releaseName } from './object-names.ts';
import { placeholders } from './placeholders.ts';

type ReleaseReads = Pick<
  Projection,
  'listReleases' | 'findRelease' | 'newestReadyRelease' | 'findSpec' | 'findBuildLog'
>;

export const releaseReads = (database: Database): ReleaseReads => ({
  async listReleases(service, { limit, cursor }) {
    const em = database.em.fork();
    const before = Number(cursor ?? Number.MAX_SAFE_INTEGER);
    const number = { $lt: Number.isSafeInteger(before) ? before : 0 } as object;
    const rows = await em.find(Release, { service, number }, { orderBy: { number: 'desc' }, limit: limit + 1 });
    const items = await answers(em, rows.slice(0, limit));
    return { items, next: rows.length > limit ? String(items.at(-1)?.number) : null };
  },

  async findRelease(service, number) {
    const em = database.em.fork();
    const rows = await em.find(Release, { service, number });
    return (await answers(em, rows))[0] ?? null;
  },

  async findSpec(service, number) {
    const row = await database.em.fork().findOne(Release, { service, number });
    return row?.spec ?? null;
  },

  async findBuildLog(service, number) {
    const row = await database.em.fork().findOne(Release, { service, number });
    return row?.buildLog ?? null;
  },

  async newestReadyRelease(service) {
    const states = ['ready', 'admitted'] as const;
    const [row] = await database.em
      .fork()
      .find(Release, { service, state: { $in: [...states] } }, { orderBy: { number: 'desc' }, limit: 1 });
    return row?.number ?? null;
  },
});

/** Of one service. */
async function answers(em: EntityManager, rows: readonly ReleaseRow[]): Promise<ReleaseAnswer[]> {
  const service = rows[0]?.service;
  if (service === undefined) return [];
  const numbers = rows.map(({ number }) => number);
  const where = { service, release: { $in: numbers } };
  const finished = await em.find(ServiceRegion, where, { orderBy: { region: 'asc' } });
  const outcomes = await lastOutcomes(em, service, numbers);
  return rows.map((row) => ({
    release: releaseName(row.service, row.number),
    service: row.service,
    number: row.number,
    state: row.state,
    commit: row.commit,
    subject: row.subject,
    authors: row.authors.map(personName),
    digest: row.digest ?? null,
    totalBytes: row.totalBytes ?? null,
    createdAt: row.createdAt.toISOString(),
    lastOutcome: outcomes.get(row.number) ?? null,
    regions: finished.filter(({ release }) => release === row.number).map(({ region }) => region),
  }));
}

async function lastOutcomes(
  em: EntityManager,
  service: ServiceName,
  releases: readonly ReleaseNumber[],
): Promise<ReadonlyMap<ReleaseNumber, DeploymentOutcome>> {
  const rows = await em.execute<{ release: ReleaseNumber; outcome: DeploymentOutcome }[]>(
    // One that goes on under another number with the same release has not ended for it.
    `select distinct on (release) release, outcome from deployment one
     where service = ? and release in (${placeholders(releases)}) and outcome is not null
       and not exists (select from deployment other where other.service = one.service
         and other.number = one.goes_on_as and other.release = one.release)
     order by release, number desc`,
    [service, ...releases],
  );
  return new Map(rows.map(({ release, outcome }) => [release, outcome]));
}
