import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createApiClient, type ApiClient } from '../../cli/api-client.ts';
import { githubPush } from '../../infra/local/demo/github-push.ts';
import { foldersOf, openSampleRepository, mergeFiles } from '../../infra/local/demo/sample-repository.ts';
import { temporalNamespace } from '../../infra/local/programs.ts';
import { stackUrls } from '../../infra/local/stack.ts';
import { startTemporaryStack } from '../../infra/local/temporary-stack.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';
import { openBrowser } from './open-browser.ts';
import { sceneFiles, type SceneVersion } from './scene-files.ts';

/** A whole stack with real hosts and Temporal's Web UI, and a browser: what a person has after `npm start`. */
export interface WholeStack {
  readonly regions: readonly string[];
  /** May deploy and approve. */
  readonly mo: ApiClient;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** A browser of its own for mo, who is signed in. */
  open(options?: BrowserContextOptions): Promise<Page>;
  addService(name: string): Promise<void>;
  /** A merge by lin. Answers the deployment's number. */
  merge(subject: string, version: Omit<SceneVersion, 'regions'>): Promise<number>;
  approve(service: string, deployment: number): Promise<void>;
  /** Answers the deployment as it is when that is true of it. */
  until(service: string, deployment: number, isTrue: (seen: Deployment) => boolean): Promise<Deployment>;
  /** Stops agents without ending them: what waits for their hosts stands still. */
  freeze(...hosts: readonly string[]): void;
  thaw(...hosts: readonly string[]): void;
  close(): Promise<void>;
}

export async function openWholeStack(size: { readonly regions: number; readonly hosts: number }): Promise<WholeStack> {
  const stack = await startTemporaryStack({ purpose: 'pages', ...size, say: () => undefined });
  const browser = await openBrowser();
  const { shape } = stack;
  const { regions } = shape;
  const { token } = stack.stack.installation.people.find(({ name }) => name === 'mo')!;
  const mo = createApiClient(stackUrls(shape).api, token);
  const folderOf = (service: string): string => path.join(shape.data.sample, service);
  const untilSeen: WholeStack['until'] = (service, deployment, isTrue) =>
    until(`${service}/${deployment} is there`, patienceMs, async () => {
      const seen = await mo.call('showDeployment', { path: { service, deployment } });
      return isTrue(seen) ? seen : undefined;
    });
  const frozen = new Set<number>();
  const signalAgents = (hosts: readonly string[], signal: 'SIGSTOP' | 'SIGCONT'): void => {
    for (const host of hosts) {
      const pid = stack.stack.processes.find(({ name }) => name === `agent-${host}`)!.pid()!;
      process.kill(pid, signal);
      if (signal === 'SIGSTOP') frozen.add(pid);
      else frozen.delete(pid);
    }
  };
  return {
    regions,
    mo,
    temporal: { address: `127.0.0.1:${shape.addresses.temporal}`, namespace: temporalNamespace(shape.data) },
    open: (options) => openSignedIn(browser, mo.url, token, options),
    async addService(service) {
      const { cloneUrl } = await openSampleRepository(folderOf(service), regions);
      const body = { repository: `acme/${service}`, cloneUrl, branch: 'main', owners: ['lin'] };
      await mo.call('putService', { path: { service }, body });
    },
    async merge(subject, version) {
      const { service } = version;
      const { items } = await mo.call('listDeployments', { path: { service }, query: { limit: 1 } });
      const next = (items[0]?.number ?? 0) + 1;
      const { work } = foldersOf(folderOf(service));
      const merge = await mergeFiles(work, subject, sceneFiles({ ...version, regions }));
      const request = githubPush(`acme/${service}`, merge, shape.secrets.webhookSecret);
      const answer = await fetch(new URL('/webhooks/github', mo.url), { method: 'POST', ...request });
      if (answer.status !== 202) throw new Error(`the webhook was answered ${answer.status}`);
      return (await untilSeen(service, next, () => true)).number;
    },
    async approve(service, deployment) {
      const { binding } = await untilSeen(service, deployment, ({ why }) => why?.next.verb === 'approve');
      const where = { service, deployment };
      const body = { verb: 'approve', planDigest: binding!.planDigest } as const;
      const { token: given } = await mo.call('approvalToken', { path: where, body });
      await mo.call('approve', { path: where, body: { token: given } });
    },
    until: untilSeen,
    freeze: (...hosts) => signalAgents(hosts, 'SIGSTOP'),
    thaw: (...hosts) => signalAgents(hosts, 'SIGCONT'),
    async close() {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
      await browser.close();
      await stack.close({ keep: false });
    },
  };
}

async function openSignedIn(
  browser: Browser,
  api: string,
  token: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ baseURL: api, viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(patienceMs);
  const answer = await context.request.post('/v1/session', { data: { token } });
  if (!answer.ok()) throw new Error(`${answer.status()} ${await answer.text()}`);
  return context.newPage();
}
