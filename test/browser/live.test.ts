import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page, Request } from 'playwright-core';
import { within } from '../slowness.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import { beginDeployment, regionProgress, tellHosts, tellProgress } from './shown-rows.ts';

let dashboard: Dashboard;
let sequence = 0;

const tell = (shown: object = {}): Promise<void> =>
  tellProgress(dashboard.central.database, 1, { sequence: ++sequence, ...shown });

beforeAll(async () => {
  dashboard = await openDashboard();
  await beginDeployment(dashboard.central.database);
  await tell({ regions: [regionProgress('eu-west')] });
  await tellHosts(dashboard.central.database, 'eu-west', 1);
});
afterAll(() => dashboard.close());

test('a page shows what happens without being asked to, and its title says the state', async () => {
  const page = await dashboard.openAs('ada');
  const complaints = await openPage(page, '/s/checkout/d/1');
  await page.getByText('live,').waitFor();
  await tell({ paused: true, actor: 'mo', event: 'paused', message: 'paused by mo' });
  await page.locator('.state .mark-pause').waitFor();
  await page.getByText('paused by mo').first().waitFor();
  expect(await page.title()).toBe('checkout/1 paused · Slipway');
  await tell({ state: 'baking' });
  await page.locator('.state .mark-bake').waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('rows do not move under the pointer or the focus: a new order is offered', async () => {
  const page = await dashboard.openAs('ada');
  const told = (reason: string | null) =>
    tell({ regions: [regionProgress('eu-west'), regionProgress('us-east', { reason })], message: `now ${reason}` });
  await told(null);
  await openPage(page, '/s/checkout/d/1');
  const table = page.getByRole('region', { name: 'Regions' });
  const rows = table.locator('tbody th');
  const shown = async (...regions: string[]) => expect(await rows.allTextContents()).toEqual(regions);
  await table.locator('tbody tr').first().hover();
  await told('of 5 hosts 1 failed');
  await table.getByText('of 5 hosts 1 failed').waitFor();
  await shown('eu-west', 'us-east');
  await table.getByRole('button', { name: 'New order' }).click();
  await shown('us-east', 'eu-west');
  await table.locator('tbody tr').first().hover();
  await told(null);
  await table.getByText('of 5 hosts 1 failed').waitFor({ state: 'detached' });
  await shown('us-east', 'eu-west');
  await page.locator('h1').hover();
  await shown('eu-west', 'us-east');
  await page.context().close();
});

test('times are the local ones until a person chooses UTC, for all pages', async () => {
  const page = await dashboard.openAs('ada', { timezoneId: 'Asia/Kathmandu' });
  await openPage(page, '/s/checkout/d/1');
  const entry = page.locator('.timeline time').first();
  const at = new Date((await entry.getAttribute('datetime'))!);
  const clock = (moved: number): string => new Date(at.getTime() + moved).toISOString().slice(11, 19);
  // Nepal's clocks are 5 h 45 min ahead.
  expect(await entry.textContent()).toBe(clock(345 * 60_000));
  await page.getByLabel('Times').selectOption('UTC');
  await page
    .locator('.timeline')
    .getByText(`${clock(0)} UTC`)
    .first()
    .waitFor();
  await page.reload();
  await page
    .locator('.timeline')
    .getByText(`${clock(0)} UTC`)
    .first()
    .waitFor();
  await page.context().close();
});

test('the api goes away: the header gives the age, then all is grey; it comes back: all is fresh without a reload', async () => {
  const page = await dashboard.openAs('ada');
  await page.clock.install();
  await openPage(page, '/s/checkout/d/1');
  await page.getByText('live,').waitFor();
  await dashboard.stopApi();
  await page.locator('.freshness.late').waitFor();
  expect(await page.locator('.freshness').textContent()).toMatch(/^data is \d+ s old, reconnecting$/);
  await page.clock.fastForward(61_000);
  await page.locator('.page.stale').waitFor();
  expect(await page.locator('.freshness').textContent()).toMatch(/^as of \d\d:\d\d:\d\d, reconnecting$/);
  expect(await page.locator('.state .mark').textContent()).toMatch(/^was /);
  expect(await page.locator('.banner').first().textContent()).toMatch(/^No connection since \d\d:\d\d:\d\d/);
  await dashboard.startApi();
  const startedAt = performance.now();
  await page.locator('.page.live').waitFor();
  expect(performance.now() - startedAt).toBeLessThan(within(5_000, { otherwiseMs: 8_000 }));
  await page.context().close();
});

test('behind a proxy that holds the stream back the page asks instead, and says so', async () => {
  const page = await dashboard.openAs('ada');
  await page.clock.install();
  // Never answered, as by a proxy that gathers.
  await page.route('**/v1/events?**', () => undefined);
  await page.goto('/s/checkout/d/1');
  await page.getByText('connecting').waitFor();
  await page.clock.fastForward(5_001);
  await page.getByText('polling,').waitFor();
  await tell({ state: 'verifying', message: 'the last look at all hosts' });
  await page.clock.fastForward(5_001);
  await page.locator('.state').getByText('verifying').waitFor();
  // What the page reads beside its poll, too.
  await page.locator('.timeline').getByText('the last look at all hosts').waitFor();
  expect(await page.locator('.freshness').textContent()).toMatch(/^polling, \d s old$/);
  await page.context().close();
});

test('while the stream cannot be opened the page goes on asking, and comes back to the stream by itself', async () => {
  const page = await dashboard.openAs('ada');
  await page.clock.install();
  await page.route('**/v1/events?**', (route) => route.abort());
  await page.goto('/s/checkout/d/1');
  await page.getByText('polling,').waitFor();
  await tell({ state: 'rolling', stage: 'asked' });
  await page.clock.fastForward(5_001);
  await page.locator('.state').getByText('asked', { exact: true }).waitFor();
  expect(await page.locator('.freshness').textContent()).toMatch(/^polling, \d s old$/);
  await page.unroute('**/v1/events?**');
  await page.clock.fastForward(30_001);
  await page.getByText('live,').waitFor();
  await page.context().close();
});

/**
 * Tabs of a browser without a screen are all visible, whichever is in front. So each of them is told by its own document
 * whether it is seen, as a browser with a screen would tell it.
 */
const seenAsTold = "Object.defineProperty(document, 'visibilityState', { get: () => window.told ?? 'visible' });";
const turn = (tab: Page, to: 'visible' | 'hidden'): Promise<void> =>
  tab.evaluate(`window.told = '${to}'; document.dispatchEvent(new Event('visibilitychange'));`);

/** Event streams of all tabs of a browser that are open now. */
function openStreams(browser: BrowserContext): ReadonlySet<Request> {
  const open = new Set<Request>();
  browser.on('request', (request) => request.url().includes('/v1/events') && open.add(request));
  browser.on('requestfinished', (request) => void open.delete(request));
  browser.on('requestfailed', (request) => void open.delete(request));
  return open;
}

/** Over HTTP/1.1 a browser has six connections to one address: the next page needs two of them. */
async function untilFree(streams: ReadonlySet<Request>, most: number): Promise<void> {
  while (streams.size > most) await delay(20);
}

/** Without the stream a page asks every five seconds. */
const soon = (): number => within(2_000, { otherwiseMs: 5_000 });

test('eight tabs of one browser over HTTP/1.1: each loads, is right when it comes to the front, and only that one has a stream', async () => {
  const first = await dashboard.openAs('ada');
  const browser = first.context();
  await browser.addInitScript(seenAsTold);
  const streams = openStreams(browser);
  const tabs = [first];
  while (tabs.length < 8) tabs.push(await browser.newPage());
  for (const tab of tabs) {
    await openPage(tab, '/s/checkout/d/1');
    await tab.getByText('live,').waitFor();
    await turn(tab, 'hidden');
    await untilFree(streams, 4);
  }
  for (const [index, tab] of tabs.entries()) {
    const stage = `seen-${index + 1}`;
    await tell({ state: 'rolling', stage });
    const timeout = soon();
    await turn(tab, 'visible');
    await tab.locator('.state').getByText(stage, { exact: true }).waitFor({ timeout });
    await turn(tab, 'hidden');
    await untilFree(streams, 4);
  }
  await untilFree(streams, 0);
  const timeout = soon();
  await turn(first, 'visible');
  await first.locator('.state').getByText('seen-8', { exact: true }).waitFor({ timeout });
  expect(streams.size).toBe(1);
  await browser.close();
});
