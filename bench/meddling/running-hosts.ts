import { databaseUrl, hostsOf, regionDatabase } from '../../infra/local/programs.ts';
import { Release } from '../../infra/postgres/central/entities.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import { GoalRecord } from '../../infra/postgres/region/entities/goals.ts';
import { HostServiceRecord } from '../../infra/postgres/region/entities/hosts.ts';
import type { Digest } from '../../domain/names.ts';
import { leftOnTheWay } from '../../test/crash/promises/left-on-the-way.ts';
import { rememberedService } from './remembered-service.ts';
import type { Track } from './track.ts';

/** What one host runs of the service, as the number of the release: by its own journal, and by its last report. */
export interface RunningHost {
  readonly host: string;
  readonly journal: number | null;
  readonly report: number | null;
  readonly isHealthy: boolean;
}

export interface RegionsLook {
  readonly hosts: readonly RunningHost[];
  /** Of goals that still lead to a release, though nobody leads. */
  readonly leftOnTheWay: readonly string[];
}

export async function lookIntoRegions(track: Track): Promise<RegionsLook> {
  const { stack, service } = track;
  const releases = await stack.central.em.fork().find(Release, { service });
  const numberOf = (digest: Digest | null): number | null =>
    releases.find((release) => release.digest === digest && digest !== null)?.number ?? null;
  const looks = await Promise.all(stack.shape.regions.map((region) => lookIntoRegion(track, region)));
  const reports = new Map(
    looks.flatMap(({ reports: all }) => all.map((report) => [report.host as string, report] as const)),
  );
  const hosts = hostsOf(stack.shape).map(async ({ host }) => ({
    host,
    journal: numberOf(await confirmedBy(track, host)),
    report: numberOf(reports.get(host)?.running ?? null),
    isHealthy: reports.get(host)?.health === 'healthy',
  }));
  return {
    hosts: await Promise.all(hosts),
    leftOnTheWay: looks.flatMap(({ left }) => left ?? []),
  };
}

/** `all on 3`, or what each runs. */
export function hostsText(hosts: readonly RunningHost[]): string {
  const [release, ...others] = new Set(hosts.flatMap(({ journal, report }) => [journal, report]));
  const unhealthy = hosts.filter(({ isHealthy }) => !isHealthy).map(({ host }) => host);
  const bad = unhealthy.length === 0 ? '' : `; not healthy: ${unhealthy.join(', ')}`;
  if (others.length === 0) return `all on ${release}${bad}`;
  return hosts.map(({ host, journal, report }) => `${host} on ${journal} (reports ${report})`).join(', ') + bad;
}

export const allRun = (hosts: readonly RunningHost[], release: number | null): boolean =>
  hosts.every(({ journal, report, isHealthy }) => journal === release && report === release && isHealthy);

async function lookIntoRegion({ stack, service }: Track, region: string) {
  const url = databaseUrl(stack.shape, regionDatabase(region));
  const database = await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 1 });
  try {
    const em = database.em.fork();
    const goal = await em.findOne(GoalRecord, { service });
    return { reports: await em.find(HostServiceRecord, { service }), left: goal && leftOnTheWay(goal.row) };
  } finally {
    await database.close(true);
  }
}

/** What it found healthy; `null` while it has switched and not found that. */
async function confirmedBy({ stack, service }: Track, host: string): Promise<Digest | null> {
  const remembered = await rememberedService(stack.shape, host, service);
  return remembered?.trial === null ? remembered.current : null;
}
