import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { regionName, serviceName } from '../../domain/names.ts';
import { createRegionSummaries } from '../../infra/postgres/central/api-summaries.ts';
import { seriousFaults } from './axe.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';

let dashboard: Dashboard;
const hosts = { total: 3, healthy: 2, unhealthy: 1, switching: 0, reverted: 0, unknown: 0, absent: 0 };
const since = '2026-11-27T08:00:00.000Z';
const named = { host: 'eu-west-1', state: 'mending', since, path: 'server.mjs', what: 'content', count: 3 } as const;

beforeAll(async () => {
  dashboard = await openDashboard();
  const { database } = dashboard.central;
  const summary = {
    service: serviceName('checkout'),
    attempt: { deployment: 1, local: 0 },
    generation: 7,
    mode: 'advance',
    hosts,
    running: [{ release: 4, hosts: 3 }],
    drifted: { hosts: 2, named: [named] },
  } as const;
  await createRegionSummaries(database).store({
    region: regionName('eu-west'),
    sequence: 1,
    at: new Date().toISOString(),
    services: [summary],
  } as never);
  const drain = JSON.stringify({ by: 'olga', reason: 'the building moves', since });
  await database.em.fork().execute(`update region set drain = ?::jsonb where name = 'ap-south'`, [drain]);
});
afterAll(() => dashboard.close());

test('who drains a region, since when and why is on the list of regions and on its page, with the way back', async () => {
  const page = await dashboard.openAs('ada');
  const complaints = await openPage(page, '/');
  await page.getByRole('link', { name: 'Regions' }).click();
  const row = page.getByRole('row', { name: /ap-south/ });
  await row.getByText('drained').waitFor();
  await row.getByText(/by olga .*: the building moves/).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await row.getByRole('link', { name: 'ap-south' }).click();
  await page.getByRole('heading', { name: 'ap-south' }).waitFor();
  await page.getByText(/by olga .*: the building moves/).waitFor();
  await page.getByText('slipway undrain region ap-south --reason …').waitFor();
  // It has never reported: that is unknown, and said.
  await page.getByText('It has never reported.').waitFor();
  expect(await page.title()).toBe('ap-south: drained · Slipway');
  expect(await seriousFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('hosts whose files were changed are named with the file, on the page of their region and of their service', async () => {
  const page = await dashboard.openAs('ada');
  const complaints = await openPage(page, '/regions/eu-west');
  for (const address of ['/regions/eu-west', '/s/checkout']) {
    await page.goto(address);
    const changed = page.getByRole('region', { name: 'Changed on hosts' });
    const row = changed.getByRole('row', { name: /eu-west-1/ });
    await row.getByText('server.mjs (content) and 2 more').waitFor();
    await row.getByText('mending').waitFor();
    await changed.getByText('and on 1 more host of checkout').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  }
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a region that nobody has added is a problem with words, and no blank page', async () => {
  const page = await dashboard.openAs('ada');
  await page.goto('/regions/moon');
  await page.getByRole('region', { name: 'Problem' }).getByRole('button', { name: 'Try again' }).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.context().close();
});
