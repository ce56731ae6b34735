import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addService } from '../central-database.ts';
import { seriousFaults, sidewaysScroll } from './axe.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import {
  beginDeployment,
  endDeployment,
  regionProgress,
  silenceRegion,
  tellHosts,
  tellProgress,
} from './shown-rows.ts';

let dashboard: Dashboard;

/** checkout/1 rolls out and waits for nobody, search/1 is held, mail runs and one of its regions is silent. */
beforeAll(async () => {
  dashboard = await openDashboard();
  const { database } = dashboard.central;
  for (const name of ['mail', 'search']) await addService(database, name);
  await beginDeployment(database);
  await tellProgress(database, 1, { sequence: 1, regions: [regionProgress('eu-west'), regionProgress('ap-south')] });
  await beginDeployment(database, 'search');
  const held = {
    held: true,
    waiting: 'eu-west fails: is it the release or the network?',
    waitingFor: 'decision',
  } as const;
  await tellProgress(database, 1, { sequence: 1, ...held, regions: [regionProgress('eu-west')] }, 'search');
  await beginDeployment(database, 'mail');
  await endDeployment(database, 1, 'mail');
  await tellAllHosts();
});
afterAll(() => dashboard.close());

/** A test that is about ages begins with them: what regions say is trusted for a minute. */
async function tellAllHosts(): Promise<void> {
  const { database } = dashboard.central;
  for (const service of ['mail', 'checkout', 'search']) await tellHosts(database, 'eu-west', 1, service);
  await tellHosts(database, 'ap-south', 1, 'mail');
  await silenceRegion(database, 'ap-south', 9 * 60_000);
}

const pages = ['/', '/s/checkout', '/s/mail', '/s/checkout/d/1', '/s/search/d/1', '/s/nothing', '/nowhere', '/signin'];
const views = pages.flatMap((path) => (['light', 'dark'] as const).map((colorScheme) => ({ path, colorScheme })));

test.each(views)(
  '$path in $colorScheme has no serious fault for people with disabilities',
  async ({ path, colorScheme }) => {
    const page = await dashboard.openAs('ada', { colorScheme });
    await openPage(page, path);
    expect(await seriousFaults(page)).toEqual([]);
    await page.context().close();
  },
);

test.each(pages)('%s fits a screen of 320 px without sideways scroll', async (path) => {
  const page = await dashboard.openAs('ada', { viewport: { width: 320, height: 640 } });
  await openPage(page, path);
  expect(await sidewaysScroll(page)).toBe(0);
  await page.context().close();
});

test('nothing is asked of elsewhere, and nothing breaks the content policy', async () => {
  const page = await dashboard.openAs('ada');
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  expect(await openPage(page, '/s/checkout/d/1')).toEqual([]);
  expect(urls.filter((url) => !url.startsWith(dashboard.url))).toEqual([]);
  await page.context().close();
});

test('a browser that keeps nothing shows the pages, and their theme can be chosen', async () => {
  const page = await dashboard.openAs('ada');
  await page.addInitScript(
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });",
  );
  expect(await openPage(page, '/s/checkout/d/1')).toEqual([]);
  await page.getByLabel('Theme').selectOption('dark');
  expect(await page.evaluate<string>('document.documentElement.dataset.theme')).toBe('dark');
  await page.context().close();
});

test('who wants no motion sees grey rows that stand still while a page loads', async () => {
  const page = await dashboard.openAs('ada', { reducedMotion: 'reduce' });
  // Never answered.
  await page.route('**/v1/services?*', () => undefined);
  await page.goto('/');
  await page.locator('.loading .row').first().waitFor();
  const style = "getComputedStyle(document.querySelector('.loading .row'))";
  expect(await page.evaluate(`[${style}.animationName, ${style}.opacity]`)).toEqual(['none', '1']);
  await page.context().close();
});

describe('the overview', () => {
  test('shows what needs someone, then what moves, then the rest, on the first screen', async () => {
    const page = await dashboard.openAs('ada', { viewport: { width: 1280, height: 800 } });
    await openPage(page, '/');
    await page.getByRole('region', { name: 'Moving' }).waitFor();
    const rows = await page.locator('.busy li a').allTextContents();
    expect(rows).toEqual(['search/1', 'checkout/1']);
    expect(await page.locator('.settled tbody th a').allTextContents()).toEqual(['mail']);
    await page.context().close();
  });

  test('a region without reports shows its age, and the title of the window is not well', async () => {
    await tellAllHosts();
    const page = await dashboard.openAs('ada');
    await openPage(page, '/');
    const cell = page.locator('.settled td[data-label="ap-south"]');
    await cell.waitFor();
    expect(await cell.textContent()).toMatch(/was @1 unknown (9|10) min/);
    expect(await page.locator('.settled tbody th .reason').textContent()).toMatch(/^no report from ap-south since /);
    expect(await page.title()).toContain('1 unknown');
    await page.context().close();
  });

  test('is used by keyboard: find, next row, open', async () => {
    const page = await dashboard.openAs('ada');
    await openPage(page, '/');
    await page.locator('.settled').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/s/checkout/d/1');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.waitForURL(`${dashboard.url}/`);
    await page.keyboard.press('/');
    await page.keyboard.type('nothing of the kind');
    await page.getByText('Nothing matches').waitFor();
    expect(page.url()).toContain('find=nothing+of+the+kind');
    await page.context().close();
  });
});

test('a silent region of a service has question marks, and adds nothing to healthy', async () => {
  await tellAllHosts();
  const page = await dashboard.openAs('ada');
  await openPage(page, '/s/mail');
  const row = page.getByRole('row').filter({ hasText: 'ap-south' });
  expect(await row.locator('td[data-label="healthy"]').textContent()).toBe('?');
  expect(await page.title()).toBe('mail @1, 1 region unknown · Slipway');
  await page.context().close();
});
