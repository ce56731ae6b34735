import { directorOf } from '../../activities/goals/sign-goal.ts';
import type { GoalParts } from '../../activities/goals/write-step.ts';
import type { RegionCommandConfig } from '../../infra/config/region-command.ts';
import { readRegionKeys } from '../../infra/keys/region-keys.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { createGoalStore } from '../../infra/postgres/region/goal-store.ts';
import { createHostReports } from '../../infra/postgres/region/host-reports.ts';
import {
  openRegionDatabase,
  whyNotMigrated,
  whyOtherRegion,
  WrongRegionError,
} from '../../infra/postgres/region/region-database.ts';
import { createRestoreGuard } from '../../infra/postgres/region/restore-guard.ts';
import { openGenerationFile } from '../../infra/stores/generation-file.ts';
import { listenForServiceChanges } from '../../infra/postgres/region/service-changes.ts';
import { RegionCommandError } from './command-error.ts';

/** The region, as its operators' command works with it. */
export interface Region extends Pick<GoalParts, 'region' | 'store' | 'reports'> {
  readonly database: Database;
  readonly goals: GoalParts;
  close(): Promise<void>;
}

/** One person at a terminal. */
const maxConnections = 3;
const patienceMs = 20_000;

/** @throws KeyFileError, WrongRegionError, RegionCommandError, what a database that doesn't answer throws */
export async function openRegion(config: RegionCommandConfig): Promise<Region> {
  const { region, databaseUrl: url } = config;
  const { directorKey } = await readRegionKeys(config);
  // Only the worker migrates: a person's look at a region must not be what brings its database to another version.
  const database = await openRegionDatabase({ url, applicationName: 'slipway-region', maxConnections, patienceMs });
  try {
    await mustFit(database, region);
  } catch (error) {
    await database.close(true);
    throw error;
  }
  const changes = listenForServiceChanges({ url });
  const goals: GoalParts = {
    region,
    store: createGoalStore(database, createRestoreGuard(openGenerationFile(config.store))),
    reports: createHostReports(database, changes),
    director: directorOf(directorKey),
    currentTraceparent: () => null,
  };
  return {
    region,
    database,
    goals,
    store: goals.store,
    reports: goals.reports,
    async close() {
      await changes.close();
      await database.close(true);
    },
  };
}

async function mustFit(database: Database, region: Region['region']): Promise<void> {
  const why = await whyOtherRegion(database, region);
  if (why !== null) throw new WrongRegionError(`this is not the database of ${region}: ${why}`);
  const lacks = await whyNotMigrated(database);
  if (lacks !== null) throw new RegionCommandError('refused', `${region}: ${lacks}`);
}
