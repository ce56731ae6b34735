import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hostId, regionName, serviceName } from '../../domain/names.ts';
import { Deployment } from '../../infra/postgres/central/entities.ts';
import { createLeftHostRecords } from '../../infra/postgres/central/left-hosts.ts';
import { seriousFaults } from './axe.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import { beginDeployment, endDeployment } from './shown-rows.ts';

const service = serviceName('checkout');
let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard();
});
afterAll(() => dashboard.close());

test('hosts that an undo has left are read a page at a time, with their age, and a page that failed is tried again', async () => {
  const { database } = dashboard.central;
  const number = await beginDeployment(database);
  await endDeployment(database, number, 'checkout', { outcome: 'undone' });
  const notUndone = [{ what: 'hosts' as const, name: 'eu-west', why: '120 hosts are left', hosts: 120 }];
  await database.em.fork().nativeUpdate(Deployment, { service, number }, { notUndone });
  const hosts = Array.from({ length: 120 }, (_, index) => ({
    service,
    deployment: number,
    host: hostId(`host-${String(index).padStart(3, '0')}`),
    runs: null,
    why: 'silent' as const,
  }));
  const region = regionName('eu-west');
  await createLeftHostRecords(database).store({ region, sequence: 1, at: new Date().toISOString(), hosts, last: true });
  const page = await dashboard.openAs('ada');
  await openPage(page, `/s/checkout/d/${number}`);
  const table = page.getByRole('table', { name: 'Hosts that are not back' });
  const cell = (name: string) => table.getByText(name, { exact: true });
  await cell('host-000').waitFor();
  await page.getByText(/^read .* ago$/).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.route('**/left-hosts?*cursor=*', (route) => route.abort(), { times: 1 });
  await page.getByRole('button', { name: 'More hosts' }).click();
  await page.getByRole('button', { name: 'Try again' }).click();
  await cell('host-050').waitFor();
  // One page at a time: what is on screen stays small.
  expect(await cell('host-049').count()).toBe(0);
  await page.getByRole('button', { name: 'More hosts' }).click();
  await cell('host-119').waitFor();
  expect(await page.getByRole('button', { name: 'More hosts' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Hosts before these' }).click();
  await cell('host-050').waitFor();
  await page.context().close();
});
