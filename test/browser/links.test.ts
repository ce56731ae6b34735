import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import { beginDeployment } from './shown-rows.ts';

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await openDashboard();
  await beginDeployment(dashboard.central.database);
});
afterAll(() => dashboard.close());

test("a deployment's commit is one click away", async () => {
  const page = await dashboard.openAs('ada');
  const elsewhere = 'where commits are shown';
  await page.context().route('https://code.example/**', (route) => route.fulfill({ body: elsewhere }));
  await openPage(page, '/s/checkout/d/1');
  const answer = await page.context().request.get('/v1/services/checkout/deployments/1');
  const { source } = (await answer.json()) as { readonly source: { readonly commit: string } };
  await page.getByRole('link', { name: 'Commit' }).click();
  await page.getByText(elsewhere).waitFor();
  expect(page.url()).toBe(`https://code.example/acme/checkout/commit/${source.commit}`);
  await page.context().close();
});
