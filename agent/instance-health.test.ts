import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestHost, until, type TestHost } from './testing/test-agent.ts';
import { startTestRegion, type TestRegion } from './testing/test-region.ts';
import type { TestRelease, TestReleaseInput } from './testing/test-release.ts';
import { freePort } from '../infra/local/free-port.ts';

let region: TestRegion;
let host: TestHost;
let good: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  good = region.publish({ number: 1 });
  region.setGoal({ deployment: 1, generation: 10, base: good });
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const startGood = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
  host.start({ env });
  await region.untilRuns(good, 10);
};
const untilReverted = (reason: string) =>
  region.gateway.untilReport(({ services: [service] }) => {
    const refused = service?.refused.some((refusal) => refusal.reason.includes(reason)) ?? false;
    return refused && service?.state === 'reverted' && service.running === good.digest && service.health === 'healthy';
  }, `that it reverted: ${reason}`);

const bring = (input: Omit<TestReleaseInput, 'number'>): TestRelease => {
  const next = region.publish({ number: 2, ...input });
  region.setGoal({ deployment: 2, generation: 20, base: good, next });
  return next;
};
const deaf = { 'server.mjs': 'setInterval(() => {}, 1000);' };

describe('an instance is healthy', () => {
  it.each<[string, Omit<TestReleaseInput, 'number'>]>([
    ['when its port takes a connection, whatever it answers', { health: 500, config: { tcp: true } }],
    [
      'when a command of its release says so, which finds what the instance finds',
      {
        files: {
          ...deaf,
          'check.sh':
            'cd "$STATE_DIRECTORY" && echo "$COLOUR $PORT $SLIPWAY_RELEASE" > asked.new && mv asked.new asked && ls "$OLDPWD/server.mjs"',
        },
        config: { command: ['/bin/sh', 'check.sh'] },
      },
    ],
    ['when its process lives', { files: deaf, config: { process: true } }],
  ])('%s', async (_what, input) => {
    await startGood();
    const next = bring(input);
    await region.untilRuns(next, 20);
    const asked = input.config?.command === undefined ? null : readFileSync(host.data('asked'), 'utf8');
    expect(asked ?? 'blue 1 checkout@2\n').toMatch(/^blue \d+ checkout@2\n$/);
  });
});

describe('a host reverts', () => {
  it.each<[string, Omit<TestReleaseInput, 'number'>, string]>([
    ['whose port takes no connection', { files: deaf, config: { tcp: true, startPeriodMs: 300 } }, 'nothing listens'],
    [
      'whose command says no',
      { config: { command: ['/bin/sh', '-c', 'echo the database is away; exit 4'], startPeriodMs: 300 } },
      '/bin/sh exited with code 4: the database is away',
    ],
    [
      'whose command is no file that anybody could run',
      { config: { command: ['./server.mjs/check'], startPeriodMs: 300 } },
      "./server.mjs/check can't be run (ENOTDIR)",
    ],
    [
      'whose command never ends',
      { config: { command: ['/bin/sh', '-c', 'sleep 60'], timeoutMs: 100, startPeriodMs: 300 } },
      '/bin/sh did not end within 100 ms',
    ],
    [
      'whose process does not live long enough',
      {
        files: { 'server.mjs': 'setTimeout(() => process.exit(5), 500);' },
        config: { process: true, intervalMs: 1_000, healthyAfter: 5 },
      },
      'exited with code 5',
    ],
    [
      'that is well and unwell by turns, though never unwell twice in a row',
      {
        files: {
          'server.mjs': `import http from 'node:http';
            let n = 0;
            http.createServer((request, response) => { n++; response.statusCode = n > 20 && n % 2 ? 503 : 200; response.end(); })
              .listen(process.env.PORT);`,
        },
      },
      'is well and unwell by turns: /healthz answered 503',
    ],
  ])('from a release %s', async (_what, input, reason) => {
    await startGood();
    bring(input);
    await untilReverted(reason);
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('from a release that its command says is unwell, later in the same attempt', async () => {
    await startGood();
    const next = bring({ config: { command: ['/bin/sh', '-c', '! [ -e "$STATE_DIRECTORY/unwell" ]'] } });
    await region.untilRuns(next, 20);
    await until(
      () => host.journal().filter((event) => event.type === 'confirmed').length === 2,
      () => 'not confirmed',
    );
    writeFileSync(host.data('unwell'), '');
    await untilReverted('/bin/sh exited with code 1');
    rmSync(host.data('unwell'));
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('from a release that serves nobody, though what the old one left behind answers on the old port', async () => {
    // In a session and an environment of its own: nobody knows whose it is.
    const stray = `import http from 'node:http'; import fs from 'node:fs';
      http.createServer((request, response) => response.end('stray')).listen(Number(process.argv[2]), () =>
        fs.writeFileSync(process.argv[3], String(process.pid)));`;
    const main = `import { spawn } from 'node:child_process';
      spawn('setsid', [process.execPath, 'stray.mjs', process.env.PORT, process.env.STATE_DIRECTORY + '/stray'],
        { env: {}, stdio: 'ignore', detached: true }).unref();
      setInterval(() => {}, 1000);`;
    good = region.publish({ number: 1, files: { 'server.mjs': main, 'stray.mjs': stray } });
    region.setGoal({ deployment: 1, generation: 10, base: good });
    const port = await freePort();
    try {
      await startGood({ SLIPWAY_INSTANCE_PORTS: `${port}-${port + 20}` });
      const bad = bring({ files: deaf, config: { startPeriodMs: 500 } });
      await region.gateway.untilReport(
        ({ services: [service] }) => service?.refused.some(({ digest }) => digest === bad.digest) ?? false,
        'that it was refused',
      );
      expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('stray');
      expect(host.journal().some((event) => event.type === 'confirmed' && event.release === bad.digest)).toBe(false);
    } finally {
      if (existsSync(host.data('stray'))) process.kill(Number(readFileSync(host.data('stray'), 'utf8')), 'SIGKILL');
    }
  });
});
