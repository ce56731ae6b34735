import { execFile, spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { createApiClient, type ApiClient } from '../../cli/api-client.ts';
import { githubPush } from '../../infra/local/demo/github-push.ts';
import { foldersOf, mergeFiles, openSampleRepository } from '../../infra/local/demo/sample-repository.ts';
import { instancePortsPerHost } from '../../infra/local/addresses.ts';
import {
  databaseUrl,
  hostsOf,
  regionDatabase,
  regionEnvironmentFile,
  type StackShape,
} from '../../infra/local/programs.ts';
import { stackUrls } from '../../infra/local/stack.ts';
import { startTemporaryStack, type TemporaryStackOptions } from '../../infra/local/temporary-stack.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import { sceneFiles, type SceneVersion } from '../browser/scene-files.ts';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';

const project = path.resolve(import.meta.dirname, '../..');

export interface Answered {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A whole stack, unless asked otherwise two hosts in each of two regions, with its regions' own command. */
export interface RegionStack {
  readonly shape: StackShape;
  readonly mo: ApiClient;
  /** The command line as mo, in a process of its own. */
  slipway(...args: string[]): ChildProcess;
  /** A merge that nobody has to agree to. Answers its deployment's number. */
  merge(greeting: string, more?: Partial<SceneVersion>): Promise<number>;
  /** The same of other files: the whole repository, path → content. */
  mergeFiles(subject: string, files: Readonly<Record<string, string>>): Promise<number>;
  untilDeployment(deployment: number, isTrue: (seen: Deployment) => boolean): Promise<Deployment>;
  /** `slipway-region` in that region, as ada. */
  inside(region: string, ...args: string[]): Promise<Answered>;
  /** What the service's instance on the host answers; `null` when none does. */
  ask(host: string): Promise<string | null>;
  untilAnswers(greeting: string | null, ...hosts: string[]): Promise<void>;
  /** Stops programs without ending them: they answer nothing. Answers how they go on. */
  freeze(...programs: string[]): () => void;
  /** Path of a program's log. */
  logOf(program: string): string;
  /** A copy of a region's database as it is now: Postgres' own, of a database that nobody is connected to meanwhile. */
  backUp(region: string): Promise<void>;
  /** The copy takes the database's place, as after a restore from a backup. Programs run on. */
  restore(region: string): Promise<void>;
  close(): Promise<void>;
}

export const service = 'checkout';
/** What stands in for the whole centre: none of it answers. */
export const centre = ['api', 'control-worker', 'build-worker', 'temporal'] as const;

export type RegionStackOptions = Partial<Pick<TemporaryStackOptions, 'regions' | 'hosts' | 'prepare'>>;

export async function openRegionStack(options: RegionStackOptions = {}): Promise<RegionStack> {
  const stack = await startTemporaryStack({
    purpose: 'region',
    regions: 2,
    hosts: 2,
    say: () => undefined,
    ...options,
  });
  const { shape } = stack;
  const { regions, data, secrets } = shape;
  const { token } = stack.stack.installation.people.find(({ name }) => name === 'mo')!;
  const mo = createApiClient(stackUrls(shape).api, token);
  const { cloneUrl } = await openSampleRepository(data.sample, regions);
  await mo.call('putService', {
    path: { service },
    body: { repository: `acme/${service}`, cloneUrl, branch: 'main', owners: ['lin'] },
  });
  const frozen = new Set<number>();
  const signal = (pids: readonly number[], name: 'SIGSTOP' | 'SIGCONT'): void => {
    for (const pid of pids) {
      process.kill(pid, name);
      if (name === 'SIGSTOP') frozen.add(pid);
      else frozen.delete(pid);
    }
  };
  const untilDeployment: RegionStack['untilDeployment'] = (deployment, isTrue) =>
    until(`${service}/${deployment} is there`, patienceMs, async () => {
      const seen = await mo.call('showDeployment', { path: { service, deployment } });
      return isTrue(seen) ? seen : undefined;
    });
  const ask: RegionStack['ask'] = (host) => {
    const index = hostsOf(shape).findIndex((each) => each.host === host);
    return answerOf(shape.addresses.firstInstance + index * instancePortsPerHost);
  };
  const merged: RegionStack['mergeFiles'] = async (subject, files) => {
    const { items } = await mo.call('listDeployments', { path: { service }, query: { limit: 1 } });
    const next = (items[0]?.number ?? 0) + 1;
    const merge = await mergeFiles(foldersOf(data.sample).work, subject, files);
    const request = githubPush(`acme/${service}`, merge, secrets.webhookSecret);
    await fetch(new URL('/webhooks/github', mo.url), { method: 'POST', ...request });
    return (await untilDeployment(next, () => true)).number;
  };
  return {
    shape,
    mo,
    slipway: (...args) =>
      spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'cli/main.ts', ...args], {
        cwd: project,
        env: { PATH: process.env.PATH, HOME: data.logs, SLIPWAY_API: mo.url, SLIPWAY_TOKEN: token },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    untilDeployment,
    ask,
    merge: (greeting, more = {}) =>
      merged(greeting, sceneFiles({ service, regions, greeting, isTrusted: true, ...more })),
    mergeFiles: merged,
    inside: (region, ...args) => inside(regionEnvironmentFile(shape, region), args),
    untilAnswers: (greeting, ...hosts) =>
      until(`${hosts.join(', ')} answer ${greeting}`, patienceMs, async () => {
        const answers = await Promise.all(hosts.map(ask));
        const all = hosts.every((host, index) => answers[index] === (greeting && `${greeting} from ${host}`));
        return all || undefined;
      }).then(() => undefined),
    freeze(...programs) {
      const pids = programs.map((program) => stack.stack.processes.find(({ name }) => name === program)!.pid()!);
      signal(pids, 'SIGSTOP');
      return () => signal(pids, 'SIGCONT');
    },
    logOf: (program) => path.join(data.logs, `${program}.log`),
    backUp: (region) =>
      copyDatabase(databaseUrl(shape, 'postgres'), regionDatabase(region), `${regionDatabase(region)}_backup`),
    restore: (region) =>
      copyDatabase(databaseUrl(shape, 'postgres'), `${regionDatabase(region)}_backup`, regionDatabase(region)),
    async close() {
      signal([...frozen], 'SIGCONT');
      await stack.close({ keep: false });
    },
  };
}

/** Whoever is connected to either is cut, and let in again when the copy is there. */
async function copyDatabase(url: string, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const shut = async (name: string): Promise<void> => {
    await client.query(`update pg_database set datallowconn = false where datname = '${name}'`);
    await client.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`);
  };
  try {
    await shut(from);
    await shut(to);
    await client.query(`drop database if exists ${to}`);
    await client.query(`create database ${to} template ${from}`);
    await client.query(`update pg_database set datallowconn = true where datname in ('${from}', '${to}')`);
  } finally {
    await client.end();
  }
}

/** An instance takes the next port of its host for the next release. */
async function answerOf(firstPort: number): Promise<string | null> {
  for (let port = firstPort; port < firstPort + instancePortsPerHost; port++) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.text(),
      () => null,
    );
    if (answer !== null) return answer;
  }
  return null;
}

function inside(environment: string, args: readonly string[]): Promise<Answered> {
  const argv = ['--disable-warning=ExperimentalWarning', 'workers/region-command/main.ts'];
  const env = { PATH: process.env.PATH, SUDO_USER: 'ada' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...argv, '--environment', environment, ...args],
      { cwd: project, env },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}
