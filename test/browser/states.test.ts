import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { hostId, regionName } from '../../domain/names.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import { addService } from '../central-database.ts';
import { seriousFaults, sidewaysScroll } from './axe.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import { beginDeployment, endDeployment, regionProgress, tellProgress } from './shown-rows.ts';
import { confirmButton } from './steered.ts';

let dashboard: Dashboard;
const reason = 'eu-west: of 1 host 1 failed, 0 allowed: /healthz answered 500 (eu-west-2)';

/** cart/1 waits for approval, till/1 was undone and has left its lane locked, news was never deployed. */
beforeAll(async () => {
  dashboard = await openDashboard();
  const { database } = dashboard.central;
  for (const name of ['cart', 'till', 'news']) await addService(database, name);
  await beginDeployment(database, 'cart');
  const none = { total: 0, switched: 0, healthy: 0, failed: 0 };
  const asking = {
    state: 'approving',
    stage: null,
    waiting: 'waits for approval (0 of 1) by release-owner',
    waitingFor: 'approval',
    approvals: { given: 0, wanted: 1 },
    regions: [regionProgress('eu-west', { state: 'ready', batch: 0, hosts: none })],
  } as const;
  await tellProgress(database, 1, { sequence: 1, ...asking }, 'cart');
  await beginDeployment(database, 'till');
  const missing = { failed: { count: 1, hosts: [hostId('eu-west-2')] } };
  const regions = [regionProgress('eu-west', { state: 'undone', missing })];
  const undo = { state: 'undoing', stage: null, event: 'undo-started', message: reason, regions } as const;
  await tellProgress(database, 1, { sequence: 1, ...undo }, 'till');
  await endDeployment(database, 1, 'till', {
    outcome: 'undone',
    reason,
    regions: [{ region: regionName('eu-west'), outcome: 'undone' }],
    lock: { owner: 'slipway', reason: `till/1 was undone: ${reason}`, since: new Date().toISOString() },
  });
});
afterAll(() => dashboard.close());

const states: readonly [string, (page: Page) => Promise<unknown>][] = [
  ['a deployment that waits for approval', (page) => openPage(page, '/s/cart/d/1')],
  ['a deployment that was undone', (page) => openPage(page, '/s/till/d/1')],
  ['a service whose lane is locked', (page) => openPage(page, '/s/till')],
  ['a service that was never deployed', (page) => openPage(page, '/s/news')],
  ['an open dialog', openDialog],
];
const views = states.flatMap(([what, open]) => (['light', 'dark'] as const).map((scheme) => ({ what, scheme, open })));

async function openDialog(page: Page): Promise<void> {
  await openPage(page, '/s/cart/d/1');
  // Nothing has switched: there is nothing to undo.
  await page.getByRole('button', { name: 'Abort…', exact: true }).click();
  await confirmButton(page).waitFor();
}

test.each(views)(
  '$what in $scheme has no serious fault for people with disabilities, on a screen of 320 px neither',
  async ({ scheme, open }) => {
    const page = await dashboard.openAs('ada', { colorScheme: scheme });
    await open(page);
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await seriousFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
    await page.context().close();
  },
);

test.each(['cart', 'till'])(
  'the page of %s/1 says the cause, the time and the next step that the api says',
  async (service) => {
    const page = await dashboard.openAs('ada');
    await openPage(page, `/s/${service}/d/1`);
    const answer = await page.request.get(`/v1/services/${service}/deployments/1`);
    const { why } = (await answer.json()) as Deployment;
    const shown = page.locator('.state .why');
    const [cause, next] = await shown.locator('p').allTextContents();
    expect(cause?.replace(/ since [\w ]+$/, '')).toBe(why?.cause);
    expect(await shown.locator('time').getAttribute('datetime')).toBe(why?.since);
    expect(next).toBe(`Next: ${why?.next.text} ${why?.next.command}Copy the command`);
    await page.context().close();
  },
);

test('the page of a service says what its deployment waits for, and what to do', async () => {
  const page = await dashboard.openAs('ada');
  await openPage(page, '/s/cart');
  const shown = await page.locator('.service > .why p').allTextContents();
  expect(shown[0]).toMatch(/^waits for approval \(0 of 1\) by release-owner/);
  expect(shown[1]).toMatch(/^Next: Approve it, or reject it\. slipway approve cart\/1/);
  await page.context().close();
});

test('of a service with a long history the older deployments are a page away, and the way back too', async () => {
  await addService(dashboard.central.database, 'mail');
  for (let number = 1; number <= 23; number++) {
    await beginDeployment(dashboard.central.database, 'mail');
    await endDeployment(dashboard.central.database, number, 'mail');
  }
  const page = await dashboard.openAs('ada');
  await openPage(page, '/s/mail');
  const list = page.getByRole('region', { name: 'Deployments' });
  const shown = async (first: string): Promise<string[]> => {
    await list.locator('tbody th').first().getByText(first, { exact: true }).waitFor();
    return await list.locator('tbody th').allTextContents();
  };
  const go = (where: string) => list.getByRole('button', { name: where }).click();
  expect(await shown('mail/23')).toHaveLength(10);
  await go('Older');
  expect(await shown('mail/13')).toHaveLength(10);
  await go('Older');
  expect(await shown('mail/3')).toEqual(['mail/3', 'mail/2', 'mail/1']);
  expect(await list.getByRole('button', { name: 'Older' }).isDisabled()).toBe(true);
  await go('Newer');
  await shown('mail/13');
  await go('Newer');
  expect(await shown('mail/23')).toHaveLength(10);
  await page.context().close();
});

test('of a deployment in many regions those that are fine are folded away, and listed when asked for', async () => {
  const { database } = dashboard.central;
  await addService(database, 'wide');
  await beginDeployment(database, 'wide');
  const regions = Array.from({ length: 50 }, (_, at) =>
    regionProgress(`region-${at + 1}`, at < 48 ? { state: 'done', batch: 4, batches: 4 } : {}),
  );
  await tellProgress(database, 1, { sequence: 1, regions }, 'wide');
  const page = await dashboard.openAs('ada', { viewport: { width: 320, height: 800 } });
  await openPage(page, '/s/wide/d/1');
  const rows = page.getByRole('region', { name: 'Regions' }).locator('tbody th');
  expect(await rows.allTextContents()).toEqual(['region-49', 'region-50']);
  await page.getByText('+ 48 regions fine').click();
  await rows.nth(49).waitFor();
  expect(await page.locator('*').count()).toBeLessThan(2_000);
  expect(await sidewaysScroll(page)).toBe(0);
  await page.context().close();
});

test('after an undo the page of the service says why its lane is locked, and lets one unlock it', async () => {
  const page = await dashboard.openAs('ada');
  await openPage(page, '/s/till');
  expect(await page.locator('.lane .banner').textContent()).toContain(`till/1 was undone: ${reason}`);
  await page.getByRole('button', { name: 'Unlock…', exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Lock…', exact: true }).count()).toBe(0);
  await page.context().close();
});
