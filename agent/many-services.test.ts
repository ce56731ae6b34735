import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { serviceName, type ServiceName } from '../domain/names.ts';
import { freePort } from '../infra/local/free-port.ts';
import type { ServiceReport } from '../protocol/gateway.ts';
import { openTestHost, type TestHost } from './testing/test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from './testing/test-region.ts';
import type { TestRelease } from './testing/test-release.ts';

const search = serviceName('search');
let region: TestRegion;
let host: TestHost;
beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const reportOf = (services: readonly ServiceReport[], of: ServiceName): ServiceReport | undefined =>
  services.find(({ service }) => service === of);
const untilSays = async (
  of: ServiceName,
  what: string,
  holds: (said: ServiceReport) => boolean,
): Promise<readonly ServiceReport[]> => {
  const { services } = await region.gateway.untilReport(({ services }) => {
    const said = reportOf(services, of);
    return said !== undefined && holds(said);
  }, what);
  return services;
};
const untilRuns = (of: ServiceName, release: TestRelease, generation: number) =>
  untilSays(of, `that ${of}@${release.number} runs by goal ${generation}`, (said) => {
    const isThere = said.running === release.digest && said.generation === generation;
    return isThere && said.health === 'healthy';
  });

test('what one service of a host goes through is nothing to the others: a release, its undo, one that fails', async () => {
  const beside = region.publish({ service: search, number: 1 });
  const [first, second, bad] = [
    region.publish({ number: 1 }),
    region.publish({ number: 2 }),
    region.publish({ number: 3, health: 500, config: { startPeriodMs: 200 } }),
  ];
  region.setGoal({ service: search, deployment: 1, generation: 10, base: beside });
  region.setGoal({ deployment: 1, generation: 11, base: first });
  const port = await freePort();
  host.start({ env: { SLIPWAY_INSTANCE_PORTS: `${port}-${port + 9}` } });
  await untilRuns(checkout, first, 11);
  const before = reportOf(await untilRuns(search, beside, 10), search)!;
  const expectUntouched = (services: readonly ServiceReport[]): void =>
    expect(reportOf(services, search)).toMatchObject({
      instance: before.instance,
      running: beside.digest,
      generation: 10,
      health: 'healthy',
    });

  region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
  expectUntouched(await untilRuns(checkout, second, 20));
  region.setGoal({ deployment: 2, generation: 21, base: first, next: second, mode: 'undo' });
  expectUntouched(await untilRuns(checkout, first, 21));
  region.setGoal({ deployment: 3, generation: 30, base: first, next: bad });
  expectUntouched(await untilSays(checkout, 'that it went back', ({ state }) => state === 'reverted'));

  const next = region.publish({ service: search, number: 2 });
  region.setGoal({ service: search, deployment: 2, generation: 40, base: beside, next });
  const services = await untilRuns(search, next, 40);
  expect(reportOf(services, checkout)).toMatchObject({ state: 'reverted', running: first.digest, generation: 30 });
});
