import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../../../test/central-database.ts';
import { createProjection } from './api-projection.ts';
import { createLaneRecords } from './lane-records.ts';

let central: CentralTestDatabase;
const service = serviceName('checkout');
const ref = { service, deployment: deploymentNumber(1) };

/** Ten thousand records of checkout/1, most of them of steps; twice as many of fifty other deployments. */
const records = `
  insert into audit (sequence, at, actor, verb, object, detail, key, previous_hash, hash)
  select 1000 + n, now() + n * interval '1 s', case n % 3 when 0 then 'mo' when 1 then 'kim' else 'slipway' end,
    (array['approve', 'region-replicated', 'stage-started', 'batch-advanced', 'build-started', 'planned'])[1 + n % 6],
    case when n <= 10000 then 'checkout/1' else 'service-' || n % 50 || '/1' end,
    jsonb_build_object('stage', case n % 2 when 0 then 'canary' else 'world' end), 'key-' || n, '', ''
  from generate_series(1, 30000) as n`;

beforeAll(async () => {
  central = await createCentralDatabase();
  const lanes = createLaneRecords(central.database);
  await lanes.open(mergeRequest('m1'));
  await lanes.claimStart(ref);
  await execute(records);
  await execute('analyze audit');
});
afterAll(() => central.close());

const execute = (statement: string, params: readonly unknown[] = []) =>
  central.database.em.fork().execute<object[]>(statement, [...params]);

interface Asked {
  readonly query: string;
  readonly params: readonly unknown[];
  readonly results: number;
}

/** What the database is asked meanwhile, and how many rows it answers. */
async function asked(work: () => Promise<unknown>): Promise<Asked[]> {
  const logger = central.database.config.getLogger();
  const all: Asked[] = [];
  logger.setDebugMode(['query']);
  logger.logQuery = ({ query = '', params = [], results = 0 }) => void all.push({ query, params, results });
  try {
    await work();
  } finally {
    logger.setDebugMode(false);
  }
  return all;
}

test('a deployment with ten thousand records is shown from a row for each kind, stage and approver', async () => {
  const projection = createProjection(central.database);
  const queries = await asked(() => projection.findDeployment(service, ref.deployment));
  const rows = queries.reduce((sum, { results }) => sum + results, 0);
  expect(rows).toBeLessThan(30);
  const [shown] = await projection.listOpenDeployments(null);
  expect(shown?.steps).toMatchObject([{ kind: 'build', state: 'done' }]);
  expect(shown?.steps[0]?.endedAt).not.toBeNull();
});

test.each<[string, RegExp, (projection: ReturnType<typeof createProjection>) => Promise<unknown>]>([
  ['the steps of a deployment', /audit_object_verb/, (from) => from.findDeployment(service, ref.deployment)],
  [
    'messages to a deployment',
    /audit_object_verb/,
    (from) => from.controlRevision(serviceName('service-7'), ref.deployment),
  ],
  ['a timeline', /using audit_object /, (from) => from.listAuditOf('service-7/1', { limit: 50 })],
  [
    'the audit of a service',
    // In C's order either index finds the beginning of a name.
    /Index Scan on audit_object/,
    (from) => from.listAudit({ limit: 50, service: serviceName('service-77') }),
  ],
])('%s is found by an index', async (_, index, ask) => {
  const queries = await asked(() => ask(createProjection(central.database)));
  const ofAudit = queries.filter(({ query }) => /from "?audit"?/.test(query));
  expect(ofAudit).toHaveLength(1);
  const { query, params } = ofAudit[0]!;
  expect(JSON.stringify(await execute(`explain ${query}`, params))).toMatch(index);
});
