import { openDatabase } from '../connect.ts';
import type { Database } from '../connect.ts';
import { connectDatabase } from '../migrate.ts';
import { centralEntities } from './entities.ts';
import { centralMigrations } from './migrations.ts';

export interface CentralOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly maxConnections?: number;
  readonly patienceMs?: number;
}

const central = { entities: centralEntities, migrations: centralMigrations };

/** Opens the central database and brings its schema up to date; every program of the centre does so at its start. */
export const connectCentral = (options: CentralOptions): Promise<Database> =>
  connectDatabase({ ...options, ...central });

/** For a program that serves before its database is up: nothing is connected, and `migrateCentral` has to be called. */
export const openCentral = (options: CentralOptions): Promise<Database> => openDatabase({ ...options, ...central });

/** Brings the schema up to date, over a connection of its own. @throws while the database is away */
export async function migrateCentral(options: Omit<CentralOptions, 'patienceMs'>): Promise<void> {
  const database = await connectCentral(options);
  await database.close(true);
}
