import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { RunLimits } from '../../domain/spec/service-spec.ts';
import { openAgentDirectory } from '../agent-directory.ts';
import { stopHost } from '../stop-host.ts';
import { delegateGroup, removeGroup, whyNotHeld, type Controller } from '../testing/kernel-groups.ts';
import { until } from '../testing/test-agent.ts';
import { ensureKeeper, statusOf } from './ensure-keeper.ts';
import { openInstanceCgroup } from './instance-cgroup.ts';
import { askKeeper } from './keeper-connection.ts';
import { keeperPlaces, type KeeperPlace } from './keeper-place.ts';
import { launchCommand } from './launch-command.ts';

let folder: string;
let place: KeeperPlace;
let delegated: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-limits-'));
  [place] = keeperPlaces(openAgentDirectory(folder), 'checkout' as ServiceName);
  delegated = delegateGroup();
  await ensureKeeper(place, 0);
});
afterEach(async () => {
  await stopHost(folder, 500);
  await removeGroup(delegated);
  rmSync(folder, { recursive: true });
});

let starts = 0;
/** Runs a shell script as an instance with these limits. Returns its group. */
async function start(script: string, limits: RunLimits): Promise<string> {
  const cgroup = (await openInstanceCgroup(delegated, ['mark', 'checkout'], limits)).group!;
  const run = { command: ['/bin/sh', '-c', script], env: {}, restart: 'stop-first', limits } as const;
  const argv = launchCommand({ run, account: null, groupFile: path.join(cgroup, 'cgroup.procs'), listens: false });
  const [id, release, env] = [`${place.prefix}${++starts}`, 'sha256:1' as Digest, { PATH: process.env['PATH']! }];
  const answer = await askKeeper(
    place.keeper,
    { do: 'start', id, release, port: 1, argv, cwd: '/', env, cgroup },
    5_000,
  );
  expect(answer.ok).toBe(true);
  return cgroup;
}
const log = (): string => {
  const file = path.join(place.logs, 'instance.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};
const untilPrints = (text: string) =>
  until(
    () => log().includes(text),
    () => `it printed ${log()}`,
  );
async function endOfInstance(): Promise<string> {
  let how: string | undefined;
  await until(
    async () => (how = (await statusOf(place.keeper))?.instance?.exit?.how) !== undefined,
    () => `it runs, and printed ${log()}`,
  );
  return how!;
}
const members = (group: string): readonly string[] =>
  readFileSync(path.join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);

function itHolds(controller: Controller, name: string, test: () => Promise<void>): void {
  const why = whyNotHeld(controller);
  if (why !== null) process.stderr.write(`not tested, as ${why}: ${name}\n`);
  (why === null ? it : it.skip)(name, test);
}

itHolds(
  'pids',
  'an instance can fork no further than its limit, goes on, and is freed of it by its next release',
  async () => {
    const forks =
      '(for n in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 60 & echo "forked $n"; done); echo "goes on"; exec sleep 60';
    const group = await start(forks, { processes: 6 });
    await untilPrints('goes on');
    // Beside the shell and its subshell.
    expect(log()).toContain('forked 4\n');
    expect(log()).not.toContain('forked 5\n');
    expect(readFileSync(path.join(group, 'pids.events'), 'utf8')).toMatch(/^max [1-9]/m);
    await askKeeper(place.keeper, { do: 'stop', timeoutMs: 500 }, 10_000);
    expect(members(group)).toEqual([]);
    await start(forks, {});
    await untilPrints('forked 12\n');
  },
);

itHolds('memory', 'an instance that needs more memory than its limit ends as a whole', async () => {
  const group = await start('sleep 60 & tail /dev/zero; echo survived', { memoryBytes: 32 * 1024 ** 2 });
  expect(await endOfInstance()).toBe('ended by SIGKILL');
  expect(members(group)).toEqual([]);
  expect(readFileSync(path.join(group, 'memory.events'), 'utf8')).toMatch(/^oom_kill [1-9]/m);
  expect(log()).not.toContain('survived');
});

itHolds('cpu', 'an instance gets no more of the processors than its limit', async () => {
  const group = await start('while :; do :; done', { cpus: 0.2 });
  const throttled = (): number =>
    Number(/^nr_throttled (\d+)/m.exec(readFileSync(path.join(group, 'cpu.stat'), 'utf8'))?.[1]);
  await until(
    () => throttled() > 5,
    () => `it was held back ${throttled()} times`,
  );
});
