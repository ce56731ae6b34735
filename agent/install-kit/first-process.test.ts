import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asFirstProcess, enterProcesses, processesIn, type SeenProcess } from '../testing/own-processes.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';

const agentFile = path.join(import.meta.dirname, '..', 'slipway-agent.ts');
/** Of which somebody has to hear the end: more than `doctor` takes for usual. */
const orphans = 30;
let region: TestRegion;
let host: TestHost;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region, tmpdir(), agentFile);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

/** Beside its server: children whose parents are gone, and that end. */
const leaves = `
import { spawn } from 'node:child_process'; import fs from 'node:fs'; import http from 'node:http'; import { once } from 'node:events';
const crash = process.env.STATE_DIRECTORY + '/crash';
setInterval(() => fs.existsSync(crash) && process.exit(7), 20);
fs.appendFileSync(process.env.STATE_DIRECTORY + '/starts', process.pid + '\\n');
const parents = Array.from({ length: ${orphans} }, () => spawn('/bin/sh', ['-c', 'sleep 0.2 & exit'], { stdio: 'ignore' }));
await Promise.all(parents.map((parent) => once(parent, 'exit')));
fs.writeFileSync(process.env.STATE_DIRECTORY + '/left', '');
http.createServer((request, response) => response.end(String(process.pid))).listen(process.env.PORT);
`;
const publish = (number: number): TestRelease => region.publish({ number, files: { 'server.mjs': leaves } });
async function startFirst(options: Parameters<TestHost['start']>[0]): Promise<TestRelease> {
  const release = publish(1);
  region.setGoal({ deployment: 1, generation: 10, base: release });
  host.start({ ...options, under: asFirstProcess! });
  await region.untilSettles(release, 10);
  return release;
}

const enter = (): readonly string[] => enterProcesses(host.agent().pid!);
const seen = (): readonly SeenProcess[] => processesIn(enter());
const ended = (): readonly SeenProcess[] => seen().filter(({ state }) => state === 'Z');
const untilOrphansEnded = () =>
  until(
    () => existsSync(host.data('left')) && !seen().some(({ name, state }) => name === 'sleep' && state !== 'Z'),
    () => JSON.stringify(seen()),
  );
const expectNoneIsLeft = () =>
  until(
    () => ended().length === 0,
    () => `not waited for: ${JSON.stringify(ended())}`,
  );
function kill(pid: number): void {
  const [file, ...args] = [...enter(), 'kill', '-KILL', String(pid)];
  expect(spawnSync(file, args).status).toBe(0);
}
const parentOf = (child: number): number => seen().find(({ pid }) => pid === child)?.parent ?? 0;
const untilParentOf = (child: number, parent: number) =>
  until(
    () => parentOf(child) === parent,
    () => JSON.stringify(seen()),
  );
const untilStarts = (count: number) =>
  until(
    () => host.starts().length >= count,
    () => `it started ${host.starts().length} times of ${count}`,
  );

(asFirstProcess === null ? describe.skip : describe)('where an agent is all that runs, as in a container', () => {
  it('its launcher waits for what instances leave behind', async () => {
    await startFirst({ launched: true });
    await untilOrphansEnded();
    await expectNoneIsLeft();
    expect((await host.command(['doctor'], { under: enter() })).stdout).toMatch(/^ok {3}ended processes/m);
  });

  it('nothing stays of instances, keepers and agents, however they end', async () => {
    const first = await startFirst({ launched: true });
    writeFileSync(host.data('crash'), '');
    await untilStarts(3);
    rmSync(host.data('crash'));
    await region.untilSettles(first, 10);
    const next = publish(2);
    region.setGoal({ deployment: 2, generation: 20, base: first, next });
    await region.untilSettles(next, 20);
    const instance = Number(await host.ask('pid'));
    const [keeper, agent] = [parentOf(instance), parentOf(parentOf(instance))];
    kill(agent);
    await untilParentOf(keeper, 1);
    kill(keeper);
    await untilParentOf(instance, 1);
    kill(instance);
    await until(
      async () => ![null, String(instance)].includes(await host.ask('pid')),
      () => 'no other one answers',
    );
    await expectNoneIsLeft();
  });

  it('an agent without its launcher does not, and doctor says so', async () => {
    await startFirst({});
    await untilOrphansEnded();
    const { stdout } = await host.command(['doctor'], { under: enter() });
    expect(stdout).toMatch(
      /^FAIL ended processes: \d+ are not waited for by the first process \(node\)\. Let an init be/m,
    );
  });
});
