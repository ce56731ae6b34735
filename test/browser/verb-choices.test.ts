import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { deploymentNumber, regionName, releaseNumber, serviceName } from '../../domain/names.ts';
import type { Role } from '../../domain/states.ts';
import { createDeploymentRecords } from '../../infra/postgres/central/deployment-records.ts';
import { Deployment, Release } from '../../infra/postgres/central/entities.ts';
import { createFreezeBook } from '../../infra/postgres/central/freeze-book.ts';
import { createLaneRecords } from '../../infra/postgres/central/lane-records.ts';
import { createRegionRecords } from '../../infra/postgres/central/region-records.ts';
import { createReleaseRecords } from '../../infra/postgres/central/release-records.ts';
import { digestOf } from '../../protocol/digest.ts';
import { spec } from '../release-fixture.ts';
import { seriousFaults, sidewaysScroll } from './axe.ts';
import { openPage } from './dashboard.ts';
import { beginDeployment, endDeployment, regionProgress, tellHosts, tellProgress } from './shown-rows.ts';
import { confirmButton, openSteered, type SteeredDashboard } from './steered.ts';

const service = serviceName('checkout');
const stages = [
  { name: 'canary', regions: [regionName('eu-west')], batches: [{ percent: 100 }], bakeMs: 0 },
  { name: 'world', regions: [regionName('ap-south')], batches: [{ percent: 100 }], bakeMs: 0 },
];

let dashboard: SteeredDashboard;
let page: Page;
let sent: { readonly path: string; readonly body: Record<string, unknown> }[];

/** checkout ran @1, @2 and runs @3, of checkout/3; checkout/4 with @4 was undone. */
beforeAll(async () => {
  dashboard = await openSteered();
  for (const outcome of ['succeeded', 'succeeded', 'succeeded', 'undone'] as const) await deploy(outcome);
});
afterAll(() => dashboard.close());
beforeEach(async () => {
  const { database } = dashboard.central;
  for (const region of ['eu-west', 'ap-south']) await tellHosts(database, region, 3);
  page = await openAs('ada');
});
afterEach(async () => {
  await page.context().close();
  await changeLock(false);
});

async function deploy(outcome: 'succeeded' | 'undone'): Promise<void> {
  const { database } = dashboard.central;
  const number = await beginDeployment(database);
  const digest = digestOf(`release ${number}`);
  const release = releaseNumber(number);
  await createReleaseRecords(database).recordSigned({
    service,
    release,
    deployment: number,
    digest,
    configDigest: digest,
    spec: { ...spec, rollout: { ...spec.rollout, stages } },
    totalBytes: 1,
    files: 1,
    buildLog: null,
  });
  await database.em.fork().nativeUpdate(Release, { service, number: release }, { state: 'admitted' });
  await tellProgress(database, number, {
    sequence: 1,
    regions: stages.flatMap(({ regions }) => regions).map((region) => regionProgress(region, { state: 'done' })),
  });
  const regions = stages.flatMap((stage) => stage.regions).map((region) => ({ region, outcome }));
  // Each has set goals there: of that it is known where the service runs.
  const step = { service, deployment: number, attempt: { deployment: number, local: 0 }, step: 'advance' } as const;
  for (const { region } of regions)
    await createRegionRecords(database).recordIntent({
      ...step,
      region,
      mode: 'advance',
      next: null,
      knownGeneration: 0,
    });
  await endDeployment(database, number, 'checkout', { outcome, regions });
}

async function openAs(person: string, roles?: readonly Role[]): Promise<Page> {
  const opened = await dashboard.openAs(person, {}, roles);
  sent = [];
  opened.on('request', (request) => {
    if (request.method() === 'POST')
      sent.push({ path: new URL(request.url()).pathname, body: request.postDataJSON() as Record<string, unknown> });
  });
  return opened;
}

async function changeLock(isLocked: boolean): Promise<void> {
  const lock = isLocked ? { owner: 'mo', reason: 'INC-7', since: new Date().toISOString() } : null;
  const change = { service, lock, by: 'mo', reason: 'INC-7', key: `lock-${Math.random()}` };
  await createLaneRecords(dashboard.central.database).changeLock(change);
}

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const dialog = () => page.locator('dialog[open]');
const accepted = (text: RegExp) =>
  page.getByText(new RegExp(`^Accepted \\d\\d:\\d\\d:\\d\\d: ${text.source}`)).waitFor();

/** Wide and narrow, light and dark: nothing serious to axe, and nothing beside the screen. */
async function looksRight(): Promise<void> {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
  }
}

test('a deployment goes to some regions only, and what it would do there is read anew', async () => {
  await openPage(page, '/s/checkout');
  await press('Deploy…');
  await page.getByText(/in 2 regions \(eu-west, ap-south\)/).waitFor();
  await page.getByLabel('Release to deploy').selectOption('4');
  await page.getByRole('heading', { name: 'Deploy checkout@4?' }).waitFor();
  await page.getByLabel('ap-south').focus();
  await page.keyboard.press('Space');
  await page.getByText(/in 1 region \(eu-west\)/).waitFor();
  // Focus stays where one chooses, and what one chose is no news.
  expect(await page.evaluate<string>('document.activeElement.type')).toBe('checkbox');
  expect(await dialog().getByRole('alert').count()).toBe(0);
  // The last region can't be left out.
  expect(await page.getByLabel('eu-west').isDisabled()).toBe(true);
  await looksRight();
  await confirmButton(page).click();
  await accepted(/checkout\/\d+ (starts|is queued)/);
  expect(sent).toEqual([
    { path: '/v1/services/checkout/deployments', body: expect.objectContaining({ release: 4, regions: ['eu-west'] }) },
  ]);
});

test('behind a lock it is refused with who holds it, unless it is let wait', async () => {
  await changeLock(true);
  await openPage(page, '/s/checkout');
  await press('Deploy…');
  await dialog()
    .getByText(/^locked since .* by mo: "INC-7"$/)
    .waitFor();
  expect(await confirmButton(page).count()).toBe(0);
  await page.getByLabel('Let it wait until the lane is unlocked').check();
  await page.getByText(/It waits until checkout is unlocked/).waitFor();
  await confirmButton(page).click();
  await accepted(/checkout\/\d+/);
  expect(sent[0]?.body).toMatchObject({ queue: true });
});

test('behind a freeze it is refused with whose it is, unless it is let wait', async () => {
  const book = createFreezeBook(dashboard.central.database);
  const when = { every: 'once', from: new Date().toISOString(), until: null } as const;
  const freeze = { kind: 'freeze', owner: 'mo', reason: 'holidays', policy: 'hold', when, key: 'k1' } as const;
  const added = await book.add({ ...freeze, scope: { services: [], regions: [] } }, new Date());
  await openPage(page, '/s/checkout');
  for (const verb of ['Redeploy…', 'Deploy…']) {
    await press(verb);
    await dialog()
      .getByText(/^frozen since .* by mo: "holidays"$/)
      .waitFor();
    expect(await confirmButton(page).count()).toBe(0);
    await page.getByLabel('Let it wait until the freeze is over').check();
    await confirmButton(page).waitFor();
    if (verb === 'Redeploy…') await page.keyboard.press('Escape');
  }
  await confirmButton(page).click();
  await accepted(/checkout\/\d+ (waits until the freeze is over|is queued)/);
  expect(sent.map(({ body }) => body)).toEqual([expect.objectContaining({ queue: true })]);
  await book.end(added.freeze, { by: 'mo', reason: 'over', key: 'k2' }, new Date());
});

test('a hotfix says what makes way, and needs a reason', async () => {
  await openPage(page, '/s/checkout');
  await press('Hotfix…');
  await page.getByRole('heading', { name: 'Have checkout@4 go first as a hotfix?' }).waitFor();
  await page.getByLabel('Release to deploy').selectOption('3');
  await page.getByRole('heading', { name: 'Have checkout@3 go first as a hotfix?' }).waitFor();
  await page.getByLabel('What is active').selectOption('hold');
  await confirmButton(page).waitFor();
  expect(await confirmButton(page).isDisabled()).toBe(true);
  await page.getByLabel('Reason').fill('INC-7');
  await looksRight();
  await confirmButton(page).click();
  await accepted(/checkout\/\d+ goes first, in effect now/);
  expect(sent).toEqual([
    {
      path: '/v1/services/checkout/hotfix',
      body: expect.objectContaining({ release: 3, active: 'hold', reason: 'INC-7' }),
    },
  ]);
});

test('a rollback goes to a release that is named, in some regions, once its service is typed and why is said', async () => {
  await openPage(page, '/s/checkout');
  await press('Roll back…');
  await page.getByText(/@3 → @2 in 2 regions/).waitFor();
  await page.getByLabel('Back to').selectOption('1');
  await page.getByText(/@3 → @1 in 2 regions/).waitFor();
  await page.getByLabel('eu-west').uncheck();
  await page.getByText(/@3 → @1 in 1 region \(ap-south\)/).waitFor();
  await page.getByLabel('Reason').fill('undo 3');
  expect(await confirmButton(page).isDisabled()).toBe(true);
  await page.getByLabel(/^Type checkout/).fill('checkout');
  await looksRight();
  await confirmButton(page).click();
  await accepted(/checkout\/3 is being undone/);
  expect(sent[0]?.body).toMatchObject({ to: 1, regions: ['ap-south'], reason: 'undo 3' });
});

test("on the page of a deployment a rollback goes to the service's regions, wherever that one went", async () => {
  const em = dashboard.central.database.em.fork();
  const regions = [regionProgress(regionName('eu-west'), { state: 'done' })];
  await em.nativeUpdate(Deployment, { service, number: deploymentNumber(3) }, { regions });
  await openPage(page, '/s/checkout/d/3');
  await press('Roll back…');
  await page.getByText(/@3 → @2 in 2 regions/).waitFor();
  expect(await page.getByRole('region', { name: 'Regions' }).getByText('ap-south').count()).toBe(0);
  await page.getByLabel('eu-west').uncheck();
  await page.getByText(/@3 → @2 in 1 region \(ap-south\)/).waitFor();
  expect(await page.getByLabel('ap-south').isDisabled()).toBe(true);
});

test('what runs is deployed once more, and what was undone is tried once more', async () => {
  await openPage(page, '/s/checkout');
  await press('Redeploy…');
  await page.getByRole('heading', { name: 'Deploy checkout@3, which runs, once more?' }).waitFor();
  await looksRight();
  await confirmButton(page).click();
  await accepted(/checkout\/\d+/);
  await openPage(page, '/s/checkout/d/4');
  await press('Retry…');
  await page.getByRole('heading', { name: 'Retry checkout/4: deploy checkout@4 once more?' }).waitFor();
  await page.getByLabel('Reason').fill('the disk is mended');
  await confirmButton(page).click();
  await accepted(/checkout\/\d+/);
  expect(sent.map(({ path }) => path)).toEqual([
    '/v1/services/checkout/redeploy',
    '/v1/services/checkout/deployments/4/retry',
  ]);
});

test('who lacks the role reads which it is, and who could grant it', async () => {
  await page.context().close();
  page = await openAs('guest', []);
  await openPage(page, '/s/checkout');
  for (const [button, role] of [
    ['Hotfix…', 'release-owner'],
    ['Redeploy…', 'deployer'],
  ] as const) {
    await press(button);
    await dialog()
      .getByText(
        new RegExp(`^guest needs the role .*An owner of checkout or an operator can grant it: .* --role ${role}`),
      )
      .waitFor();
    expect(await confirmButton(page).count()).toBe(0);
    await page.keyboard.press('Escape');
  }
});

describe('broken glass', () => {
  beforeAll(async () => {
    const broken = [
      {
        person: 'mo',
        role: 'release-owner',
        reason: 'the shop is down',
        incident: 'INC-7',
        at: '2026-11-24T03:00:00.000Z',
      },
    ] as const;
    const mark = { service, deployment: deploymentNumber(3), stage: null, broken, excluded: ['lin'], review: true };
    await createDeploymentRecords(dashboard.central.database).markBrokenGlass(mark);
  });

  test('is not reviewed by who broke it', async () => {
    await page.context().close();
    page = await openAs('mo');
    await openPage(page, '/s/checkout/d/3');
    await press('Review…');
    await dialog()
      .getByText(/^mo broke glass for checkout\/3: another person reviews it/)
      .waitFor();
    expect(await confirmButton(page).count()).toBe(0);
  });

  test('is reviewed by another person, who reads who broke it, why, and what was shipped', async () => {
    await openPage(page, '/s/checkout/d/3');
    await press('Review…');
    await confirmButton(page).waitFor();
    const text = (await dialog().textContent()) ?? '';
    for (const said of [/mo, as release-owner/, /the shop is down/, /INC-7/, /@2 → @3 "Fix"/])
      expect(text).toMatch(said);
    await page.getByLabel('Reason').fill('no other way');
    expect(await confirmButton(page).isDisabled()).toBe(true);
    await page.getByLabel('It was not right to').check();
    await looksRight();
    await confirmButton(page).click();
    await accepted(/ada objects to what was broken for checkout\/3: no other way/);
    expect(sent[0]).toEqual({
      path: '/v1/services/checkout/deployments/3/review',
      body: expect.objectContaining({ verdict: 'object', reason: 'no other way', stage: null }),
    });
  });
});
