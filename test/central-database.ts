import { connectCentral } from '../infra/postgres/central/database.ts';
import { registerRegion, registerService } from '../infra/postgres/central/setup.ts';
import type { Database } from '../infra/postgres/connect.ts';
import { regionName, serviceName } from '../domain/names.ts';
import type { MergeSource, DeploymentRequest } from '../activities/lane/contract.ts';
import { createTestDatabase } from './postgres.ts';

export interface CentralTestDatabase {
  readonly database: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A central database of its own, with the service `checkout` and the regions `eu-west` and `ap-south`. */
export async function createCentralDatabase(): Promise<CentralTestDatabase> {
  const created = await createTestDatabase({ name: 'central', prepare });
  const database = await connectCentral({ url: created.url, applicationName: 'test', maxConnections: 20 });
  return {
    database,
    url: created.url,
    async close() {
      await database.close(true);
      await created.drop();
    },
  };
}

async function prepare(url: string): Promise<void> {
  const database = await connectCentral({ url, applicationName: 'test' });
  await addService(database, 'checkout');
  for (const region of ['eu-west', 'ap-south'])
    await registerRegion(database, regionName(region), `token-${region}`, 'test');
  await database.close(true);
}

export async function addService(database: Database, name: string, owners: readonly string[] = []): Promise<void> {
  const repository = `acme/${name}`;
  const service = {
    name: serviceName(name),
    repository,
    cloneUrl: `file:///repositories/${name}`,
    folder: '.',
    branch: 'main',
    owners,
  };
  await registerService(database, service, 'test');
}

/** Of every merge that `mergeRequest` makes. */
export const mergeTraceId = '0af7651916cd43dd8448eb211c80319c';

/** A merge by `lin`; another `key` is another merge. */
export function mergeRequest(key: string, service = 'checkout'): DeploymentRequest {
  const source: MergeSource = {
    from: 'merge',
    commit: 'a'.repeat(40),
    before: 'b'.repeat(40),
    branch: 'main',
    authors: ['lin'],
    pusher: 'lin',
    subject: 'Fix',
  };
  return {
    key,
    service: serviceName(service),
    kind: 'rollout',
    source,
    traceparent: `00-${mergeTraceId}-${'7'.repeat(16)}-01`,
  };
}
