import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serviceName } from '../../../domain/names.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { Audit } from './entities.ts';
import { createLaneRuns } from './lane-runs.ts';

let central: CentralTestDatabase;
beforeAll(async () => {
  central = await createCentralDatabase();
});
afterAll(() => central.close());

const service = serviceName('checkout');

test('the run of a lane is noted, and how one was closed is told once, whoever notices it', async () => {
  const runs = createLaneRuns(central.database);
  const told = async () =>
    (await central.database.em.fork().find(Audit, { object: 'checkout', verb: 'lane-reopened' })).map(
      ({ detail }) => detail['message'],
    );
  expect(await runs.read(service)).toBeNull();
  await runs.note(service, { before: null, runId: 'one', told: null });
  await runs.note(service, { before: 'one', runId: 'two', told: 'was terminated' });
  // Another control worker has looked at the same time.
  await runs.note(service, { before: 'one', runId: 'two', told: 'was terminated' });
  expect(await runs.read(service)).toBe('two');
  expect(await told()).toEqual(['was terminated']);
  // One that knows less by now changes nothing.
  await runs.note(service, { before: 'one', runId: 'zero', told: 'was reset' });
  expect(await runs.read(service)).toBe('two');
  await runs.note(service, { before: 'two', runId: 'three', told: null });
  expect(await told()).toEqual(['was terminated']);
});
