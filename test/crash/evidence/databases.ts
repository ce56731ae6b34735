import type { RegionName } from '../../../domain/names.ts';
import { connectCentral } from '../../../infra/postgres/central/database.ts';
import type { Database, EntityManager } from '../../../infra/postgres/connect.ts';
import { openRegionDatabase } from '../../../infra/postgres/region/region-database.ts';
import type { StackAddresses } from '../stack/running-stack.ts';
import type { Closable } from './repeat.ts';

/** A fresh unit of work on a database of the stack. Calls fail while Postgres is away, and work again when it is back. */
export interface StackDatabases extends Closable {
  central(): EntityManager;
  region(name: RegionName): EntityManager;
  /** For what is put together over a region's database. */
  regionDatabase(name: RegionName): Database;
  /** For what reads the centre as a whole, page by page. */
  readonly centralDatabase: Database;
}

export async function openStackDatabases({
  centralDatabase: url,
  regionDatabases,
}: StackAddresses): Promise<StackDatabases> {
  const options = { applicationName: 'slipway-crash', maxConnections: 3 };
  const central = await connectCentral({ url, ...options });
  const regions = new Map<RegionName, Database>();
  for (const [region, regionUrl] of regionDatabases)
    regions.set(region, await openRegionDatabase({ url: regionUrl, ...options }));
  return {
    centralDatabase: central,
    central: () => central.em.fork(),
    region: (name) => regions.get(name)!.em.fork(),
    regionDatabase: (name) => regions.get(name)!,
    close: async () => void (await Promise.all([central, ...regions.values()].map((database) => database.close(true)))),
  };
}
