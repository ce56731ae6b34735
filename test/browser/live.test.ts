import { afterAll, beforeAll, expect, test } from '@jest/globals';
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
  await page.locator('.state .mark-paused').waitFor();
  await page.getByText('paused by mo').first().waitFor();
  expect(await page.title()).toBe('checkout/1 paused · Slipway');
  await tell({ state: 'baking' });
  await page.locator('.state .mark-baking').waitFor();
  expect(complaints).toEqual([]);
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
  expect(performance.now() - startedAt).toBeLessThan(5_000);
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
