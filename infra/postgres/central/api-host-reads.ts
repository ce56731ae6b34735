import type { InferEntity } from '@mikro-orm/core';
import type { Projection } from '../../../api/control/reads/projection.ts';
import type { ReleasesReport } from '../../../domain/progress/shown-hosts.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import type { Database, EntityManager } from '../connect.ts';
import { Region, RegionSummaryRow } from './entities.ts';

type HostReads = Pick<Projection, 'listHosts' | 'listRegions' | 'listRegionNames' | 'listDraining' | 'findRegion'>;

/** Regions send a summary at least this often while they can; older counts are shown as "was". */
const trustedMs = 60_000;

type SummaryRow = InferEntity<typeof RegionSummaryRow>;

const isStale = ({ receivedAt }: SummaryRow): boolean => Date.now() - receivedAt.getTime() > trustedMs;

/** A region's clock may be ahead: what it counted is not younger than its arrival. */
export function releasesReport(row: SummaryRow): ReleasesReport {
  const { summary, at, receivedAt } = row;
  const countedAt = at < receivedAt ? at : receivedAt;
  return { hosts: summary.hosts, running: summary.running, at: countedAt.toISOString(), stale: isStale(row) };
}

/** One for each service and region that has sent a summary. */
export async function readServiceHosts(em: EntityManager, where: object): Promise<readonly ServiceHosts[]> {
  const rows = await em.find(RegionSummaryRow, where, { orderBy: [{ service: 'asc' }, { region: 'asc' }] });
  return rows.map((row) => ({
    service: row.service,
    region: row.region,
    hosts: row.summary.hosts,
    running: row.summary.running.map((each) => ({ ...each })),
    ...(row.summary.drifted && { drifted: row.summary.drifted }),
    at: releasesReport(row).at,
    stale: isStale(row),
  }));
}

export const hostReads = (database: Database): HostReads => {
  const summaries = (where: object): Promise<readonly ServiceHosts[]> => readServiceHosts(database.em.fork(), where);
  const regionOf = ({ name, addedAt, drain }: InferEntity<typeof Region>, all: readonly ServiceHosts[]) => {
    const services = all.filter(({ region }) => region === name);
    const lastSummaryAt =
      services
        .map(({ at }) => at)
        .filter((at) => at !== null)
        .toSorted()
        .at(-1) ?? null;
    return {
      region: name,
      addedAt: addedAt.toISOString(),
      lastSummaryAt,
      ...(drain && { drain }),
      stale: services.length === 0 || services.some(({ stale }) => stale),
      services: [...services],
    };
  };
  return {
    listHosts: (service) => summaries(service === null ? {} : { service }),
    async listRegions() {
      const rows = await database.em.fork().find(Region, { removedAt: null }, { orderBy: { name: 'asc' } });
      const all = await summaries({});
      return rows.map((row) => regionOf(row, all));
    },
    async listRegionNames() {
      const there = { removedAt: null };
      const rows = await database.em.fork().find(Region, there, { orderBy: { name: 'asc' }, fields: ['name'] });
      return rows.map(({ name }) => name);
    },
    async listDraining() {
      const draining = { removedAt: null, drain: { $ne: null } };
      const rows = await database.em.fork().find(Region, draining, { orderBy: { name: 'asc' }, fields: ['name'] });
      return rows.map(({ name }) => name);
    },
    async findRegion(name) {
      const row = await database.em.fork().findOne(Region, { name, removedAt: null });
      return row === null ? null : regionOf(row, await summaries({ region: name }));
    },
  };
};
