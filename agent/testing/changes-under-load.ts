import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RestartMode } from '../../domain/spec/service-spec.ts';
import { freePorts } from '../../infra/local/free-port.ts';
import { handedServer } from './handed-server.ts';
import { openTestHost, until, type TestHost } from './test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from './test-region.ts';
import type { TestRelease, TestReleaseInput } from './test-release.ts';

export interface LoadResult {
  readonly requests: number;
  readonly failed: number;
  /** Of the first twenty: when, and how. */
  readonly failures: readonly string[];
  /** How many answers each release gave. */
  readonly answers: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly seconds: number;
}

export interface ChangesUnderLoad extends LoadResult {
  /** As the agent reported them, one for each change of instances. */
  readonly gapsMs: readonly number[];
  /** Ports on which the service was served, one after the other. */
  readonly ports: readonly number[];
  /** Ports that the drain command was told. */
  readonly drained: readonly string[];
}

export type Program = Pick<TestReleaseInput, 'files' | 'command'>;

const inNode: Program = { files: { 'server.mjs': handedServer } };

const code = path.join(import.meta.dirname, '..', '..');

/**
 * A host on which everything changes while it is asked all the time: a deployment, its undo, an agent that is killed and
 * started again, an agent of other code, and another deployment by that one. Ends after so many requests.
 */
export async function changeUnderLoad(
  restart: RestartMode,
  requests: number,
  perSecond: number,
  program: Program = inNode,
): Promise<ChangesUnderLoad> {
  const region = await startTestRegion();
  const host = await openTestHost(region);
  const other = mkdtempSync(path.join(tmpdir(), 'slipway-code-'));
  const first = await freePorts(10);
  const env = { SLIPWAY_INSTANCE_PORTS: `${first}-${first + 9}` };
  const balancer = host.data('balancer.pid');
  const publish = (number: number): TestRelease =>
    region.publish({ number, ...program, run: runAs(restart, balancer) });
  const [one, two, three] = [publish(1), publish(2), publish(3)];
  const ports = new Set<number>();
  try {
    region.setGoal({ deployment: 1, generation: 10, base: one });
    host.start({ env });
    await untilRuns(region, one, 10);
    ports.add(servedPort(host));
    const load = startLoad(host, perSecond, balancer);

    region.setGoal({ deployment: 2, generation: 20, base: one, next: two });
    await untilRuns(region, two, 20);
    ports.add(servedPort(host));
    region.setGoal({ deployment: 2, generation: 21, base: one, next: two, mode: 'undo' });
    await untilRuns(region, one, 21);
    ports.add(servedPort(host));

    await host.kill();
    host.start({ env });
    await untilRuns(region, one, 21);
    for (const folder of ['agent', 'domain', 'protocol'])
      cpSync(path.join(code, folder), path.join(other, folder), { recursive: true });
    cpSync(path.join(code, 'package.json'), path.join(other, 'package.json'));
    symlinkSync(path.join(code, 'node_modules'), path.join(other, 'node_modules'));
    await host.kill('SIGTERM');
    host.start({ env, main: path.join(other, 'agent', 'main.ts') });
    region.setGoal({ deployment: 3, generation: 30, base: one, next: three });
    await untilRuns(region, three, 30);
    ports.add(servedPort(host));

    const result = await load.endAfter(requests);
    return { ...result, gapsMs: gapsIn(host), ports: [...ports], drained: drainedIn(host) };
  } finally {
    await host.destroy();
    await region.gateway.goDown();
    rmSync(other, { recursive: true });
  }
}

/** The drain command tells the balancer as one tells nginx: to read its configuration again. */
const runAs = (restart: RestartMode, balancer: string) =>
  ({
    restart,
    stop: { signal: 'SIGTERM', graceMs: 10_000 },
    ...(restart === 'overlap' && {
      drain: {
        command: ['/bin/sh', '-c', `echo $PORT >> "$STATE_DIRECTORY/drained" && kill -HUP $(cat ${balancer})`],
        delayMs: 200,
        timeoutMs: 5_000,
      },
    }),
  }) as const;

async function untilRuns(region: TestRegion, release: TestRelease, generation: number): Promise<void> {
  await region.gateway.untilReport(
    ({ services: [service] }) =>
      service?.running === release.digest && service.generation === generation && service.state === 'healthy',
    `that ${release.number} runs by goal ${generation}`,
  );
}

function servedPort({ directory }: TestHost): number {
  const { serving } = JSON.parse(readFileSync(directory.service(checkout).ports, 'utf8')) as {
    serving: readonly { readonly port: number }[];
  };
  return serving[0]!.port;
}

const gapsIn = (host: TestHost): number[] =>
  [...host.output().matchAll(/"msg":"changed over".*?"gapMs":(\d+)|"gapMs":(\d+).*?"msg":"changed over"/g)].map(
    ([, after, before]) => Number(after ?? before),
  );

function drainedIn(host: TestHost): readonly string[] {
  try {
    return readFileSync(host.data('drained'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

/** Asks a host's service until so many requests were answered. */
export function startLoad({ directory }: TestHost, perSecond: number, pidFile: string) {
  const client = path.join(import.meta.dirname, 'load-client.mjs');
  const { ports } = directory.service(checkout);
  const child = spawn(process.execPath, [client, ports, String(perSecond), pidFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let last: Partial<LoadResult & { answered: number }> = {};
  createInterface({ input: child.stdout }).on('line', (line) => (last = JSON.parse(line) as typeof last));
  return {
    async endAfter(requests: number): Promise<LoadResult> {
      const startedAt = performance.now();
      while ((last.answered ?? 0) < requests && performance.now() - startedAt < 300_000)
        await new Promise((resolve) => setTimeout(resolve, 100));
      child.stdin.end();
      await once(child, 'close');
      await until(
        () => last.requests !== undefined,
        () => 'the client said nothing',
      );
      return last as LoadResult;
    },
  };
}
