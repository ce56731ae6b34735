import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { regionName } from '../../domain/names.ts';
import { registerRegion } from '../../infra/postgres/central/setup.ts';
import type { ServicePage } from '../../protocol/api/service.ts';
import { addService } from '../central-database.ts';
import { sidewaysScroll } from './axe.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import { beginDeployment, endDeployment, regionProgress, tellHosts, tellProgress } from './shown-rows.ts';

let dashboard: Dashboard;

const needing = ['bad-1', 'bad-2', 'bad-3'];
const moving = ['going-1', 'going-2'];
const settled = Array.from({ length: 60 }, (_, index) => `settled-${String(index + 1).padStart(2, '0')}`);

/** Three services need someone, two move, sixty are settled. */
beforeAll(async () => {
  dashboard = await openDashboard();
  const { database } = dashboard.central;
  for (const name of [...needing, ...moving, ...settled])
    await addService(database, name, [`${name.split('-')[0]}-team`]);
  const held = { held: true, waiting: 'eu-west fails: release or network?', waitingFor: 'decision' } as const;
  for (const name of [...needing, ...moving]) {
    await beginDeployment(database, name);
    const regions = [regionProgress('eu-west')];
    await tellProgress(database, 1, { sequence: 1, regions, ...(needing.includes(name) && held) }, name);
  }
  for (const name of settled.slice(0, 2)) {
    await beginDeployment(database, name);
    await endDeployment(database, 1, name);
    await tellHosts(database, 'eu-west', 1, name);
  }
  await tellHosts(database, 'ap-south', 1, settled[1]);
});
afterAll(() => dashboard.close());

test.each([
  { width: 1280, height: 800 },
  { width: 320, height: 800 },
])('what needs someone and what moves stands on the first screen of $width px', async (viewport) => {
  const page = await dashboard.openAs('ada', { viewport });
  await openPage(page, '/');
  await page.locator('.busy').nth(1).waitFor();
  const rows = page.locator('.busy li');
  expect(await rows.locator('a').allTextContents()).toEqual([...needing, ...moving].map((name) => `${name}/1`));
  expect(await rows.locator('.owners').allTextContents()).toEqual(needing.map(() => ' owners: bad-team'));
  const box = await rows.last().boundingBox();
  expect(box!.y + box!.height).toBeLessThanOrEqual(viewport.height);
  await page.context().close();
});

test('the rest comes in pages of 50, and a copied link shows the same filter in another browser', async () => {
  const page = await dashboard.openAs('ada');
  await openPage(page, '/');
  // checkout is there in every test's database.
  const names = page.locator('.settled tbody th');
  await page.getByText('page 1 of 2').waitFor();
  expect(await names.count()).toBe(50);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('page 2 of 2').waitFor();
  expect(await names.count()).toBe(11);
  await page.getByLabel('region').selectOption('ap-south');
  await page.getByLabel('Find a service').fill('settled');
  await page.getByLabel('owner').selectOption('settled-team');
  await page.getByText('1 of 61').waitFor();
  const other = await dashboard.openAs('mo');
  await openPage(other, page.url());
  await other.getByText('1 of 61').waitFor();
  expect(await other.locator('.settled tbody th a').allTextContents()).toEqual(['settled-02']);
  expect(await other.getByLabel('Find a service').inputValue()).toBe('settled');
  await page.context().close();
  await other.context().close();
});

test('more regions than fit beside each other are counted, and opened to a list', async () => {
  const regions = Array.from({ length: 9 }, (_, index) => `region-${index + 1}`);
  const { database } = dashboard.central;
  await tellHosts(database, 'eu-west', 1, settled[0]);
  for (const region of regions) {
    await registerRegion(database, regionName(region), `token-${region}`, 'test');
    await tellHosts(database, region, 1, settled[0]);
  }
  const page = await dashboard.openAs('ada', { viewport: { width: 320, height: 800 } });
  await openPage(page, '/?find=settled-01');
  const row = page.locator('.settled tbody tr');
  expect(await row.locator('li').count()).toBe(0);
  await row.getByText('in 10 of 10').click();
  await row.locator('li').first().waitFor();
  expect(await row.locator('li').allTextContents()).toEqual(
    ['eu-west', ...regions].map((region) => expect.stringMatching(new RegExp(`^${region} @1 `))),
  );
  expect(await sidewaysScroll(page)).toBe(0);
  await page.context().close();
});

test('a settled service says what is not well with it; where all is settled one line says since when', async () => {
  const page = await dashboard.openAs('ada');
  await page.route('**/v1/events', (route) => route.abort());
  await page.route('**/v1/deployments?*', (route) => route.fulfill({ json: { items: [], next: null } }));
  await page.route('**/v1/services?*', async (route) => {
    const answer = await route.fetch();
    const { items } = (await answer.json()) as ServicePage;
    await route.fulfill({
      json: { items: items.filter(({ service }) => service.startsWith('settled-0')), next: null },
    });
  });
  await openPage(page, '/?find=settled-03');
  // What the first tests told of hosts may be old by now.
  await page.getByText(/^9 services settled, (\d of them unknown, )?last change \d+ (s|min) ago$/).waitFor();
  expect(await page.locator('.settled tbody th .reason').allTextContents()).toEqual(['it never ran anywhere']);
  await page.context().close();
});

test('without a service the three commands that add one are shown', async () => {
  const page = await dashboard.openAs('ada');
  await page.route('**/v1/services?*', (route) => route.fulfill({ json: { items: [], next: null } }));
  await openPage(page, '/');
  expect(await page.locator('.commands code').count()).toBe(3);
  await page.context().close();
});
