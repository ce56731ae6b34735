import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownService } from '../../domain/host/own-service.ts';
import { buildAgent } from '../testing/build-agent.ts';
import { failingReads, type FailingReads } from '../testing/failing-reads.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';

let folder: string;
let file: string;
let region: TestRegion;
let host: TestHost;
let reads: FailingReads;
let first: TestRelease;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-unread-'));
  file = buildAgent(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region, undefined, file);
  reads = failingReads(path.dirname(host.directory.root));
  first = publish(1);
  region.setGoal({ service: ownService, deployment: 1, generation: 10, base: first });
  host.start({ launched: true, env: reads.env });
  await untilRuns(first, 10);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

/** `does` is what the file does first when it is run as the agent. */
function publish(number: number, does = ''): TestRelease {
  const text = readFileSync(file, 'utf8').replace('\n', `\nif (process.argv[2] === 'run') { ${does} }\n`);
  return region.publish({
    service: ownService,
    number,
    files: { 'slipway-agent': `${text}// ${number}\n` },
    config: { process: true, startPeriodMs: 20_000, intervalMs: 100, healthyAfter: 2 },
  });
}
const untilRuns = (release: TestRelease, generation: number): Promise<unknown> =>
  region.gateway.untilReport(
    ({ services }) =>
      services.some(
        (own) =>
          own.service === ownService &&
          own.running === release.digest &&
          own.generation === generation &&
          own.health === 'healthy' &&
          own.state !== 'switching',
      ),
    `that the agent is ${release.number} by goal ${generation}`,
  );
/** Two copies at each try. */
const untilTried = (times: number): Promise<void> =>
  until(
    () => reads.met() >= 2 * times,
    () => host.output(),
  );

describe('a memory that can not be read for longer than the launcher has patience', () => {
  it('is waited for by an agent that was confirmed, and nothing stands in for it', async () => {
    await host.kill();
    const before = host.output().length;
    reads.fail('ENFILE', 'floors.json');
    host.start({ launched: true, env: reads.env });
    await untilTried(7);
    reads.heal();
    region.setGoal({ service: ownService, deployment: 1, generation: 20, base: first });
    await untilRuns(first, 20);
    expect(host.output().slice(before)).not.toMatch(/the agent ended|stands in/);
  });

  it('is waited for by an agent on trial, which is taken up for all that', async () => {
    const broken = path.join(folder, 'broken');
    // From its first start on: whoever has proven it beside the one before could read.
    const next = publish(
      2,
      `const { existsSync, writeFileSync } = await import('node:fs');
       if (!existsSync('${broken}')) {
         writeFileSync('${broken}', '');
         writeFileSync(process.env.SLIPWAY_TEST_UNREADABLE, 'EIO floors.json');
       }`,
    );
    region.setGoal({ service: ownService, deployment: 2, generation: 20, base: first, next });
    await untilTried(5);
    reads.heal();
    await untilRuns(next, 20);
    expect(host.output()).not.toMatch(/the agent ended|goes back/);
  });
});
