import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ownService } from '../../domain/host/own-service.ts';
import type { ReportBatch, ServiceReport } from '../../protocol/gateway.ts';
import { openSwitchablePort } from '../../test/switchable-port.ts';
import { linkedRelease } from '../install/installed-release.ts';
import { buildAgent } from '../testing/build-agent.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import { startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { ownFiles } from './own-files.ts';

let folder: string;
let file: string;
let text: string;
let region: TestRegion;
let host: TestHost;
let first: TestRelease;
let ends: (() => Promise<void>)[];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-unheard-'));
  file = buildAgent(folder);
  text = readFileSync(file, 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A host whose agent runs from its first release. */
beforeEach(async () => {
  region = await startTestRegion();
  ends = [() => region.gateway.goDown()];
  host = await openTestHost(region, undefined, file);
  first = publish(1);
  region.setGoal({ service: ownService, deployment: 1, generation: 10, base: first });
  host.start({ launched: true });
  await region.untilSettles(first, 10);
});
afterEach(async () => {
  await host.destroy();
  for (const end of ends) await end();
});

/** One that goes to this gateway, whatever its host is told. */
const publish = (number: number, url = region.gateway.url, startPeriodMs = 20_000): TestRelease =>
  region.publish({
    service: ownService,
    number,
    files: { 'slipway-agent': text.replace('\n', `\n${goTo(url)}\n`) },
    config: { process: true, startPeriodMs, intervalMs: 100, healthyAfter: 2 },
  });
const goTo = (url: string): string => `if (process.argv[2] === 'run') process.env.SLIPWAY_GATEWAY_URL = '${url}';`;

const bring = (url: string, startPeriodMs?: number): TestRelease => {
  const next = publish(2, url, startPeriodMs);
  region.setGoal({ service: ownService, deployment: 2, generation: 20, base: first, next });
  return next;
};
const own = ({ services }: ReportBatch): ServiceReport | undefined =>
  services.find(({ service }) => service === ownService);

/** As behind a firewall that drops what it doesn't know: whoever connects waits. */
async function openDeadWay(): Promise<string> {
  const way = await openSwitchablePort({ host: '127.0.0.1', port: 9 });
  ends.push(() => way.down());
  way.silence();
  return `https://127.0.0.1:${way.port}`;
}

/** One that proves who it is, takes requests, and answers none of these. */
async function openMuteGateway(isUnanswered: (url: string) => boolean) {
  const gateway = await startTestGateway(region.authority);
  ends.push(() => gateway.goDown());
  gateway.interfere = ({ url = '' }) => isUnanswered(url);
  return gateway;
}

it.each<[string, () => Promise<string>]>([
  ['whose connections are never answered', openDeadWay],
  ['whose gateway answers nothing that it says', async () => (await openMuteGateway(() => true)).url],
])('a new agent %s was not heard: the one before comes back, and says so', async (_which, open) => {
  const bad = bring(await open(), 4_000);
  const report = await region.gateway.untilReport((each) => {
    const said = own(each);
    return said?.state === 'reverted' && said.running === first.digest && said.health === 'healthy';
  }, 'that the agent is the first one again');
  expect(own(report)?.refused).toMatchObject([{ digest: bad.digest }]);
  expect(own(report)?.refused[0]?.reason).toMatch(/taken no report/);
  expect(existsSync(ownFiles(host.directory).trial)).toBe(false);
});

it('a new agent is heard by its first report that is answered, though no poll ever is', async () => {
  const gateway = await openMuteGateway((url) => url === '/v1/poll');
  const next = bring(gateway.url);
  await gateway.untilReport((each) => {
    const said = own(each);
    return said?.running === next.digest && said.health === 'healthy';
  }, 'that the agent is the next one');
  await until(
    () => !existsSync(ownFiles(host.directory).trial),
    () => 'it is on trial',
  );
  expect(await linkedRelease(host.directory.service(ownService).current)).toBe(next.digest);
});
