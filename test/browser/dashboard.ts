import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { LinkTargets } from '../../api/control/reads/links.ts';
import type { Role } from '../../domain/states.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { buildPages } from '../../infra/local/web-build.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../central-database.ts';
import { signIn, startControlApi, type TestControlApi } from '../control-api.ts';
import { connectTestTemporal, type TestTemporal } from '../temporal.ts';
import { openBrowser } from './open-browser.ts';

/** The real pages, served by the real api on a real database, in a real browser. */
export interface Dashboard {
  readonly central: CentralTestDatabase;
  /** Without workers: a test that needs answers from workflows brings its own. */
  readonly temporal: TestTemporal;
  /** Its address stays the same, whatever happens to it. */
  readonly url: string;
  readonly browser: Browser;
  /** A browser of its own for somebody who is signed in: a deployer and release-owner, unless said. */
  openAs(person: string, options?: BrowserContextOptions, roles?: readonly Role[]): Promise<Page>;
  stopApi(): Promise<void>;
  /** `links`: instead of those of every test. */
  startApi(links?: Partial<LinkTargets>): Promise<void>;
  close(): Promise<void>;
}

const roles: readonly Role[] = ['deployer', 'release-owner'];

export async function openDashboard(): Promise<Dashboard> {
  const webFolder = await mkdtemp(path.join(tmpdir(), 'slipway-pages-'));
  const [central, temporal, browser] = await Promise.all([
    createCentralDatabase(),
    connectTestTemporal(),
    openBrowser(),
    buildPages(webFolder),
  ]);
  const { database, url: databaseUrl } = central;
  const start = (port: number, links: Partial<LinkTargets> = {}): Promise<TestControlApi> =>
    startControlApi({
      database,
      databaseUrl,
      webFolder,
      temporal: temporal.client,
      links,
      port,
    });
  // It is left and taken again: not one of those that an outgoing connection could be given meanwhile.
  let api = await start(await freePort());
  const { url } = api;
  return {
    central,
    temporal,
    url,
    browser,
    async openAs(person, contextOptions, held = roles) {
      const context = await browser.newContext({ baseURL: url, ...contextOptions });
      const token = await signIn(database, person, ...held);
      const answer = await context.request.post('/v1/session', { data: { token } });
      if (!answer.ok()) throw new Error(`${answer.status()} ${await answer.text()}`);
      return await context.newPage();
    },
    stopApi: () => api.close(),
    async startApi(links) {
      api = await start(Number(new URL(url).port), links);
    },
    async close() {
      await browser.close();
      await api.close();
      await temporal.close();
      await central.close();
      await rm(webFolder, { recursive: true });
    },
  };
}

/** Goes there and waits until the page has something to show. @returns what the browser complains of, also later */
export async function openPage(page: Page, address: string): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  await page.locator('main :is(h1, h2)').first().waitFor();
  await page.locator('[aria-busy]').waitFor({ state: 'detached' });
  return complaints;
}
