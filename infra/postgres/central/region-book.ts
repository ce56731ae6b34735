import { LockMode } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { RegionBook, RegionChange, RegionOutcome } from '../../../api/control/regions/region-book.ts';
import type { RegionDecision, RegionStanding } from '../../../domain/region/region-life.ts';
import type { RegionName, ServiceName } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { changeAudited, type AuditedChange } from './audit-log.ts';
import { Audit, Region } from './entities.ts';
import { goesTo, listBehind, listOpenWithout } from './region-behind.ts';
import { newToken, tokenHash } from './token.ts';

type Row = InferEntity<typeof Region>;
type Decide = (standing: RegionStanding) => RegionDecision;
/** @returns what the audit says beside the reason */
type Apply = (row: Row, em: EntityManager) => Promise<object | void>;

/** @see RegionBook */
export function createRegionBook(database: Database): RegionBook {
  const change = (verb: string, asked: RegionChange, decide: Decide, apply: Apply) =>
    changeAudited(database, (em) => changeRegion(em, verb, asked, decide, apply));
  return {
    add: (asked) => changeAudited(database, (em) => add(em, asked)),
    drain: (asked, decide) =>
      change('region-drained', asked, decide, async (row) => {
        row.drain = storable({ by: asked.by, reason: asked.reason, since: new Date().toISOString() });
      }),
    undrain: (asked, decide) =>
      change('region-undrained', asked, decide, async (row) => {
        row.drain = null;
      }),
    remove: (asked, decide) =>
      change('region-removed', asked, decide, async (row, em) => ({ force: asked.force, ...(await forget(row, em)) })),
    listBehind: (region, key) => listBehind(database.em.fork(), region, key),
    listOpenWithout: (region) => listOpenWithout(database.em.fork(), region),
  };
}

async function add(
  em: EntityManager,
  asked: RegionChange & { readonly tokenHash: string },
): Promise<AuditedChange<RegionOutcome>> {
  const { region, tokenHash: hash } = asked;
  if (await wasTaken(em, 'region-added', asked)) return { result: { outcome: 'repeated' }, audit: [] };
  const row = await em.findOne(Region, { name: region }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (row !== null && !row.removedAt) {
    const reason = `there is a region ${region}, with another token`;
    const isSame = row.tokenHash === hash;
    return { result: isSame ? { outcome: 'same' } : { outcome: 'refused', reason, forceable: false }, audit: [] };
  }
  if ((await em.count(Region, { tokenHash: hash, name: { $ne: region } })) > 0) {
    const reason = "this token is another region's: make one of its own";
    return { result: { outcome: 'refused', reason, forceable: false }, audit: [] };
  }
  if (row === null) em.create(Region, { name: region, tokenHash: hash, addedAt: new Date() });
  else Object.assign(row, { tokenHash: hash, removedAt: null, drain: null, addedAt: new Date() });
  return { result: { outcome: 'changed' }, audit: [entryOf('region-added', asked)] };
}

async function changeRegion(
  em: EntityManager,
  verb: string,
  asked: RegionChange,
  decide: Decide,
  apply: Apply,
): Promise<AuditedChange<RegionOutcome>> {
  const { region } = asked;
  const row = await em.findOne(Region, { name: region }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (row === null) return { result: { outcome: 'unknown' }, audit: [] };
  if (await wasTaken(em, verb, asked)) return { result: { outcome: 'repeated' }, audit: [] };
  if (row.removedAt) return { result: { outcome: 'unknown' }, audit: [] };
  const decision = decide(await standingOf(em, row));
  if (decision.do === 'refuse') {
    const { reason, forceable } = decision;
    return { result: { outcome: 'refused', reason, forceable }, audit: [] };
  }
  if (decision.do === 'same') return { result: { outcome: 'same' }, audit: [] };
  const more = await apply(row, em);
  return { result: { outcome: 'changed' }, audit: [entryOf(verb, asked, more ?? {})] };
}

const objectOf = (region: RegionName): string => `region:${region}`;
const keyOf = (verb: string, { region, key }: RegionChange): string => `${verb}:${region}:${key}`;

const wasTaken = async (em: EntityManager, verb: string, asked: RegionChange): Promise<boolean> =>
  (await em.count(Audit, { key: keyOf(verb, asked) })) > 0;

const entryOf = (verb: string, asked: RegionChange, more: object = {}) => ({
  actor: asked.by,
  verb,
  object: objectOf(asked.region),
  detail: { reason: asked.reason, ...more },
  key: keyOf(verb, asked),
});

/** Hosts are counted as the region last said, however long ago: of a region that is cut off they may all run. */
async function standingOf(em: EntityManager, { name: region, drain }: Row): Promise<RegionStanding> {
  const [row] = await em.execute<[{ live: number; obligations: number; open: string[]; named: ServiceName[] }]>(
    `
    select
      (select coalesce(max((summary -> 'hosts' ->> 'total')::int - (summary -> 'hosts' ->> 'absent')::int), 0)
        from region_summary where region = ?)::int as live,
      (select count(*) from obligation where region = ?)::int as obligations,
      (select coalesce(json_agg(deployment.service || '/' || number order by deployment.service, number), '[]')
        from deployment where outcome is null and regions @> jsonb_build_array(jsonb_build_object('region', ?::text))) as open,
      (select coalesce(json_agg(service.name order by service.name), '[]') from service
        join release on release.service = service.name and release.number = service.current_release
        where ${goesTo}) as named`,
    [region, region, region, region],
  );
  const { live, obligations, open, named } = row;
  return { region, drain: drain ?? null, liveHosts: live, obligations, open, namedBy: named };
}

/** Its token opens nothing, and nobody has its worker's next one. */
async function forget(row: Row, em: EntityManager): Promise<{ readonly obligations: readonly object[] }> {
  const obligations = await em.execute<object[]>(
    `select service || '/' || deployment as deployment, kind from obligation where region = ?
     order by service, obligation.deployment, local, kind`,
    [row.name],
  );
  row.removedAt = new Date();
  row.tokenHash = tokenHash(newToken());
  for (const table of ['region_summary', 'obligation', 'left_host'])
    await em.execute(`delete from ${table} where region = ?`, [row.name]);
  await em.execute('update service_region set release = null where region = ?', [row.name]);
  await em.execute('update region_outcome set pending = false where region = ? and pending', [row.name]);
  await em.execute('update deployment set pending = pending - ?::text where pending @> to_jsonb(?::text)', [
    row.name,
    row.name,
  ]);
  return { obligations };
}
