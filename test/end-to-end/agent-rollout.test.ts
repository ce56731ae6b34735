/** Host agents as the service `slipway-agent`, by merges: on hosts that run them by the launcher of install.sh. The tests stand in order. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { lockHolder } from '../../agent/local/lock-holder.ts';
import { ownService } from '../../domain/host/own-service.ts';
import { githubPush } from '../../infra/local/demo/github-push.ts';
import { foldersOf, mergeFiles, openSampleRepository } from '../../infra/local/demo/sample-repository.ts';
import type { Program } from '../../infra/local/programs.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';
import { openRegionStack, service, type RegionStack } from './region-stack.ts';

jest.setTimeout(600_000);

const project = path.resolve(import.meta.dirname, '../..');
const region = 'eu-west';
const hosts = [1, 2, 3].map((number) => `${region}-${number}`);
let stack: RegionStack;
/** The one file of hosts, as text. */
let agent: string;
let repository: string;
/** Of the instances of the service beside it, which no agent may touch. */
let pids: readonly (string | null)[];

beforeAll(async () => {
  stack = await openRegionStack({
    regions: 1,
    hosts: hosts.length,
    prepare: async ({ data }) => {
      const folder = path.join(data.root, 'installed');
      mkdirSync(folder, { recursive: true });
      execFileSync(process.execPath, ['agent/bundle/build.ts', folder], { cwd: project });
      const file = path.join(folder, 'slipway-agent');
      agent = readFileSync(file, 'utf8');
      return { adjust: (program) => launched(program, file), close: () => Promise.resolve() };
    },
  });
  repository = path.join(stack.shape.data.root, 'agent-repository');
  const { cloneUrl } = await openSampleRepository(repository, [region]);
  await stack.mo.call('putService', {
    path: { service: ownService },
    body: { repository: `acme/${ownService}`, cloneUrl, branch: 'main', owners: ['lin'] },
  });
  const deployment = await stack.mergeFiles('a service', serviceFiles);
  await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'succeeded');
  pids = await Promise.all(hosts.map(stack.ask));
  expect(pids).not.toContain(null);
});
afterAll(() => stack?.close());

function launched(program: Program, installed: string): Program {
  if (!program.name.startsWith('agent-')) return program;
  const args = [path.join(project, 'agent/install-kit/launch-agent'), process.execPath, installed];
  return { ...program, command: { ...program.command, file: '/bin/sh', args } };
}

const serviceFiles = {
  'slipway.yaml': `service: ${service}
build: { run: mkdir -p dist && cp server.mjs dist/, output: dist }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 1m, interval: 500ms }
rollout: { stages: [{ name: all, regions: [${region}], batches: [100%] }] }
`,
  'server.mjs': `import { createServer } from 'node:http';
createServer((request, response) => response.end(String(process.pid))).listen(Number(process.env.PORT), '127.0.0.1');
`,
};

/** `does` is what the new agent does first where it is run as the agent. */
const agentFiles = (version: number, does = '') => ({
  'slipway.yaml': `service: ${ownService}
build: { run: mkdir -p dist && cp slipway-agent dist/, output: dist }
run: { command: [slipway-agent, run] }
health: { process: true, startPeriod: 30s, interval: 1s }
rollout:
  stages: [{ name: all, regions: [${region}], batches: [1, 100%] }]
  budget: { failed: 5%, cap: 50 }
rollback: { automatic: true, lockAfter: true }
`,
  'slipway-agent': `${agent.replace('\n', `\nif (process.argv[2] === 'run') { ${does} }\n`)}// ${version}\n`,
});

/** A merge that nobody has to agree to, to its end. */
async function merged(version: number, does?: string): Promise<Deployment> {
  const { work } = foldersOf(repository);
  const merge = await mergeFiles(work, `version ${version}`, agentFiles(version, does));
  const push = githubPush(`acme/${ownService}`, merge, stack.shape.secrets.webhookSecret);
  const { status } = await fetch(new URL('/webhooks/github', stack.mo.url), { method: 'POST', ...push });
  expect(status).toBe(202);
  const where = { path: { service: ownService, deployment: version } };
  return until(`the end of version ${version}`, 2 * patienceMs, async () => {
    const seen = await stack.mo.call('showDeployment', where);
    return seen.outcome === null ? undefined : seen;
  });
}

/** Last line of the program that holds the host's lock: which version its agent is. */
function versionOn(host: string): string | undefined {
  const agentOf = lockHolder(openAgentDirectory(stack.shape.data.agent(host)));
  const argv = agentOf === null ? [] : readFileSync(`/proc/${agentOf.pid}/cmdline`, 'utf8').split('\0');
  const file = argv.find((each) => each.endsWith('/slipway-agent'));
  return file && readFileSync(file, 'utf8').trimEnd().split('\n').at(-1);
}
const switchesOfTheAgent = (log: string): number =>
  log.split('\n').filter((line) => line.includes('"msg":"switches"') && line.includes(`"service":"${ownService}"`))
    .length;
const expectEverywhere = async (version: number): Promise<void> => {
  expect(hosts.map(versionOn)).toEqual(hosts.map(() => `// ${version}`));
  expect(await Promise.all(hosts.map(stack.ask))).toEqual(pids);
};

test('the agents of a region are replaced by a merge, one first, and what runs on their hosts is not touched', async () => {
  for (const version of [1, 2]) {
    const { outcome, regions } = await merged(version);
    expect([outcome, regions[0]!.missing]).toEqual(['succeeded', {}]);
    await expectEverywhere(version);
  }
});

test('one that never does its work is gone back from by its host alone, and no second host gets it', async () => {
  const { outcome, reason } = await merged(
    3,
    'setInterval(() => undefined, 1_000); await new Promise(() => undefined);',
  );
  expect([outcome, reason]).toEqual(['undone', expect.stringContaining('1 failed')]);
  await expectEverywhere(2);
  const logs = hosts.map((host) => readFileSync(stack.logOf(`agent-${host}`), 'utf8'));
  expect(logs.filter((log) => log.includes('goes back from slipway-agent'))).toHaveLength(1);
  // Of the bad one its first host has a switch; the way back is its launcher's, and the others have none.
  expect(logs.map(switchesOfTheAgent).toSorted((one, other) => one - other)).toEqual([2, 2, 3]);
  const { lock } = (await stack.mo.call('showService', { path: { service: ownService } })).lane;
  expect(lock).not.toBeNull();
});
