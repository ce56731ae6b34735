import { connectDatabase } from '../connect.ts';
import type { Database } from '../connect.ts';
import { centralEntities } from './entities.ts';
import { centralMigrations } from './migrations.ts';

/** Opens the central database and brings its schema up to date; every program of the centre does so at its start. */
export const connectCentral = (options: {
  readonly url: string;
  readonly applicationName: string;
  readonly maxConnections?: number;
  readonly patienceMs?: number;
}): Promise<Database> => connectDatabase({ ...options, entities: centralEntities, migrations: centralMigrations });
