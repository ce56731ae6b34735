import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createFreezeBook } from '../../infra/postgres/central/freeze-book.ts';
import { createLaneRecords } from '../../infra/postgres/central/lane-records.ts';
import { createFleetActivities } from '../../activities/fleet/activities.ts';
import { deploymentNumber, regionName, serviceName } from '../../domain/names.ts';
import { zoneRules } from '../../infra/calendar/zone-rules.ts';
import { createFleetRecords } from '../../infra/postgres/central/fleet-records.ts';
import { addService } from '../central-database.ts';
import { signIn } from '../control-api.ts';
import { seriousFaults, sidewaysScroll } from './axe.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import { beginDeployment } from './shown-rows.ts';

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard();
  const { database } = dashboard.central;
  for (const name of ['cart', 'till']) await addService(database, name);
});
afterAll(() => dashboard.close());

test('the page of what is held: empty, then a freeze and a lock, without a reload', async () => {
  const { database } = dashboard.central;
  const page = await dashboard.openAs('ada');
  await openPage(page, '/locks');
  await page.getByText('Nothing is held.').waitFor();
  const when = {
    every: 'week',
    timeZone: 'Europe/Berlin',
    days: ['fri', 'sat', 'sun'],
    from: '00:00',
    to: '24:00',
  } as const;
  const freeze = { kind: 'freeze', owner: 'mo', reason: 'no weekends', policy: 'hold', when, key: 'k1' } as const;
  const scope = { services: [serviceName('cart')], regions: [] };
  await createFreezeBook(database).add({ ...freeze, scope }, new Date());
  const lock = { owner: 'mo', reason: 'INC-7', since: new Date().toISOString() };
  const locked = { service: serviceName('till'), lock, by: 'mo', reason: 'INC-7', key: 'k2' };
  await createLaneRecords(database).changeLock(locked);
  await page
    .getByText('cart; those in progress stop. fri-sun 00:00-24:00 Europe/Berlin, by mo: "no weekends"')
    .waitFor();
  await page
    .getByRole('region', { name: 'Locks' })
    .getByText(/till locked by mo/)
    .waitFor();
  // She is a release-owner, who may end it.
  expect(await page.getByRole('button', { name: /^End freeze/ }).count()).toBe(1);
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await seriousFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
  }
  await page.context().close();
});

test('the line is stopped and started with a reason, and a stopped line stands above the overview', async () => {
  const page = await dashboard.openAs('ada');
  await openPage(page, '/locks');
  await page.getByRole('button', { name: 'Stop the line…' }).click();
  const confirm = page.getByRole('button', { name: 'Stop the line', exact: true });
  expect(await confirm.isDisabled()).toBe(true);
  await page.getByLabel('Reason').fill('INC-7');
  await confirm.click();
  await page
    .getByText(/The line is stopped, since .* by ada: "INC-7"/)
    .first()
    .waitFor();
  expect(await page.title()).toBe('The line is stopped · Slipway');
  await page.locator('h1:focus').waitFor();
  await openPage(page, '/');
  await page
    .getByRole('main')
    .getByText(/The line is stopped, since .* by ada: "INC-7"/)
    .waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Start the line' }).click();
  await page.getByRole('button', { name: 'Start the line…' }).click();
  await page.getByLabel('Reason').fill('over');
  await page.getByRole('button', { name: 'Start the line', exact: true }).click();
  await page.getByRole('button', { name: 'Stop the line…' }).waitFor();
  await page.locator('h1:focus').waitFor();
  await page.context().close();
});

/** A deployment that has asked to begin, while it may not. */
async function askToBegin(name: string): Promise<void> {
  const { database } = dashboard.central;
  const deployment = await beginDeployment(database, name);
  const fleet = createFleetActivities({
    records: createFleetRecords(database),
    workflows: { find: async () => ({ state: 'running', runId: 'run' }) },
    caps: { overall: null, perRegion: null },
    rules: zoneRules,
    now: Date.now,
  });
  const ask = { service: serviceName(name), deployment, regions: [regionName('eu-west')], requestId: `run-of-${name}` };
  const { answers } = await fleet.takeFleetTurn({ asks: [ask], looksAfterHolders: false });
  expect(answers.map(({ isGranted }) => isGranted)).toEqual([false]);
}

test('a freeze is added and ended, and a deployment that it keeps is let pass, by keyboard and with a reason', async () => {
  const page = await dashboard.openAs('ada');
  await openPage(page, '/locks');
  const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
  await page.getByRole('button', { name: 'Add a freeze…' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Leave it' }).focus();
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('Add a freeze…');
  await page.keyboard.press('Enter');
  await page.keyboard.type('till');
  await page
    .getByText(
      'No deployment of till begins. Deployments in progress (0) start no more batches, but for those past their point of no return, which end.',
    )
    .waitFor();
  const freeze = page.getByRole('button', { name: 'Freeze', exact: true });
  expect(await freeze.isDisabled()).toBe(true);
  await page.getByLabel('When').selectOption('week');
  await page.getByLabel('By the clocks of').fill('Mars/Olympus');
  await page.getByLabel('Reason').fill('no till');
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
  }
  // What can't be is said with the field that it is about.
  await freeze.click();
  await page.getByText(/^when\.timeZone: must be a time zone/).waitFor();
  await page.getByLabel('When').selectOption('once');
  await freeze.click();
  // What waits says the same of it.
  const row = page
    .getByRole('region', { name: 'Freezes' })
    .getByRole('listitem')
    .filter({ hasText: 'by ada: "no till"' });
  await row.waitFor();
  await askToBegin('till');
  await page.reload();
  await page.getByRole('button', { name: 'Let till/1 pass…' }).click();
  await page.getByLabel('Reason').fill('INC-7');
  await page.getByRole('button', { name: 'Let till/1 pass', exact: true }).click();
  await page.getByRole('button', { name: 'Let till/1 pass…' }).waitFor();
  const { database } = dashboard.central;
  expect(
    await createFreezeBook(database).pass(serviceName('till'), deploymentNumber(1), {
      by: 'mo',
      reason: 'late',
      key: 'k9',
    }),
  ).toMatchObject({ by: 'ada', reason: 'INC-7' });
  await row.getByRole('button', { name: /^End freeze/ }).click();
  await page.getByLabel('Reason').fill('over');
  await page.getByRole('button', { name: /^End freeze \d+$/ }).click();
  await row.waitFor({ state: 'detached' });
  // The button went away with the freeze: whoever stood on it is at the head of the page, not nowhere.
  await page.locator('h1:focus').waitFor();
  await page.context().close();
});

test('who lacks the role reads which it is and who could grant it, as the api would refuse it', async () => {
  const page = await dashboard.openAs('guest', {}, []);
  await openPage(page, '/locks');
  await page.getByRole('button', { name: 'Add a freeze…' }).click();
  const token = await signIn(dashboard.central.database, 'guest');
  const answer = await fetch(`${dashboard.url}/v1/freezes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'guest-1234' },
    body: JSON.stringify({ reason: 'x', when: { every: 'once', until: null } }),
  });
  const { detail, next } = (await answer.json()) as { detail: string; next: string };
  await page.getByText(`${detail}. ${next}`, { exact: true }).waitFor();
  expect(await page.evaluate<string>('document.activeElement.textContent')).toBe(`${detail}. ${next}`);
  expect(await page.getByRole('button', { name: 'Freeze', exact: true }).count()).toBe(0);
  await page.context().close();
});
