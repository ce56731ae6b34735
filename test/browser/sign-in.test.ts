import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signIn } from '../control-api.ts';
import { openDashboard, type Dashboard } from './dashboard.ts';

let dashboard: Dashboard;
let token: string;

beforeAll(async () => {
  dashboard = await openDashboard();
  token = await signIn(dashboard.central.database, 'mo', 'release-owner');
});
afterAll(() => dashboard.close());

const stranger = () => dashboard.browser.newPage({ baseURL: dashboard.url });

async function linkPath(): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': `link-${Math.random()}` };
  const answer = await fetch(`${dashboard.url}/v1/sign-in-links`, { method: 'POST', headers });
  return ((await answer.json()) as { path: string }).path;
}

test('a link signs a browser in once, and leaves nothing in the address', async () => {
  const path = await linkPath();
  const page = await stranger();
  await page.goto(path);
  await page.locator('.person').getByText('mo').waitFor();
  expect(page.url()).toBe(`${dashboard.url}/`);
  await page.close();
  const second = await stranger();
  await second.goto(path);
  await second.getByRole('heading', { name: 'You are not signed in' }).waitFor();
  expect(second.url()).not.toContain('code');
  await second.close();
});

test('who is not signed in is asked to, and comes back to where they were, filters kept', async () => {
  const page = await stranger();
  await page.goto('/?find=check&region=eu-west');
  await page.waitForURL('**/signin?back=*');
  await page.getByLabel('Token').fill('not a token');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
  await page.locator('.person').getByText('mo').waitFor();
  expect(page.url()).toBe(`${dashboard.url}/?find=check&region=eu-west`);
  await page.close();
});
