import type { RegionName } from '../../../domain/names.ts';
import { openDatabase } from '../connect.ts';
import type { Database, DatabaseOptions, EntityManager } from '../connect.ts';
import { connectDatabase } from '../migrate.ts';
import { FirstTables } from './migrations/2026-11-24-first-tables.ts';
import { GoalIndexTable } from './migrations/2026-11-27-goal-index.ts';
import { HeardHosts } from './migrations/2026-11-28-heard-hosts.ts';
import { HostIdentity } from './migrations/2026-11-27-host-identity.ts';
import { HostDrift } from './migrations/2026-11-27-drift.ts';
import { HeldGoals } from './migrations/2026-11-27-held-goals.ts';
import { LocalActs } from './migrations/2026-11-27-local-acts.ts';
import { LogReadings } from './migrations/2026-11-27-log-readings.ts';
import { SwitchGap } from './migrations/2026-11-27-switch-gap.ts';
import { regionEntities } from './entities/region-entities.ts';
import { RegionSettingRecord } from './entities/settings.ts';

/** The database of another region was given: its goals and hosts are none of ours. */
export class WrongRegionError extends Error {
  override readonly name = 'WrongRegionError';
  readonly code = 'wrong-region';
}

export interface RegionDatabaseOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly maxConnections?: number;
  readonly patienceMs?: number;
}

/** Oldest first. */
const migrations: DatabaseOptions['migrations'] = [
  { name: '2026-11-24-first-tables', class: FirstTables },
  { name: '2026-11-27-goal-index', class: GoalIndexTable },
  { name: '2026-11-27-host-identity', class: HostIdentity },
  { name: '2026-11-27-local-acts', class: LocalActs },
  { name: '2026-11-27-held-goals', class: HeldGoals },
  { name: '2026-11-27-drift', class: HostDrift },
  { name: '2026-11-27-log-readings', class: LogReadings },
  { name: '2026-11-27-switch-gap', class: SwitchGap },
  { name: '2026-11-28-heard-hosts', class: HeardHosts },
];

/** For who reads and writes, but neither migrates nor owns: the gateway. Nothing is connected yet. */
export const openRegionDatabase = (options: RegionDatabaseOptions): Promise<Database> =>
  openDatabase({ ...options, entities: regionEntities, migrations });

/** Opens and migrates. */
export const connectRegionDatabase = (options: RegionDatabaseOptions): Promise<Database> =>
  connectDatabase({ ...options, entities: regionEntities, migrations });

/**
 * The first caller writes the region's name into its database; from then the name must agree.
 * @throws WrongRegionError
 */
export async function claimRegion(em: EntityManager, region: RegionName): Promise<void> {
  const settings = em.fork();
  await settings.upsert(RegionSettingRecord, { name: 'region', value: region }, { onConflictAction: 'ignore' });
  const { value } = await settings.findOneOrFail(RegionSettingRecord, 'region', { refresh: true });
  if (value !== region) throw new WrongRegionError(`this is the database of region ${String(value)}, not of ${region}`);
}

/** Why hosts of the region can't be served from this database, for people; `null` when they can. */
export async function whyNotRegion(database: Database, region: RegionName): Promise<string | null> {
  try {
    return (await whyOtherRegion(database, region)) ?? (await whyNotMigrated(database));
  } catch (error) {
    return `the region's database does not answer: ${(error as Error).message}`;
  }
}

/** @throws what a database that doesn't answer throws */
export async function whyOtherRegion(database: Database, region: RegionName): Promise<string | null> {
  const setting = await database.em.fork().findOne(RegionSettingRecord, 'region');
  if (setting?.value === region) return null;
  return setting === null ? 'no worker has set up this database yet' : `it is the database of ${String(setting.value)}`;
}

/**
 * What this program writes may need them: only the region's worker migrates. A database that is further along serves as well.
 * @throws what a database that doesn't answer throws
 */
export async function whyNotMigrated(database: Database): Promise<string | null> {
  const applied = await database.em.fork().execute<{ name: string }[]>('select name from mikro_orm_migrations');
  const missing = migrations.filter(({ name }) => !applied.some((each) => each.name === name));
  if (missing.length === 0) return null;
  const names = missing.map(({ name }) => name).join(', ');
  return `its database lacks ${names}: upgrade the region's worker first, which brings it`;
}
