import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { mergeTraceId } from '../central-database.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import { beginDeployment } from './shown-rows.ts';

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard();
  await beginDeployment(dashboard.central.database);
});
afterAll(() => dashboard.close());

const commit = 'a'.repeat(40);
const elsewhere = 'where such things are shown';

async function openDeployment(): Promise<Page> {
  const page = await dashboard.openAs('ada');
  await page.context().route(/^https:\/\/\w+\.example\//, (route) => route.fulfill({ body: elsewhere }));
  await openPage(page, '/s/checkout/d/1');
  return page;
}

test.each([
  ['Commit', `https://code.example/acme/checkout/commit/${commit}`],
  ['Trace', `https://traces.example/trace/${mergeTraceId}`],
])("a deployment's %s is one click away", async (name, url) => {
  const page = await openDeployment();
  await page.getByRole('link', { name }).click();
  await page.getByText(elsewhere).waitFor();
  expect(page.url()).toBe(url);
  await page.context().close();
});

test('where nobody has said where commits and traces are shown, their ids can be copied', async () => {
  await dashboard.stopApi();
  await dashboard.startApi({ commitUrl: null, traceUrl: null });
  const page = await openDeployment();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = () => page.evaluate<string>('navigator.clipboard.readText()');
  for (const [what, id] of [
    ['the commit', commit],
    ['the trace', mergeTraceId],
  ] as const) {
    await page.getByText(id, { exact: true }).waitFor();
    await page.getByRole('button', { name: `Copy ${what}` }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await copied()).toBe(id);
    await page.reload();
  }
  await page.context().close();
});
