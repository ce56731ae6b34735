import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import type { Page, Route } from 'playwright-core';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../../domain/names.ts';
import { deploymentWorkflowId, type DeploymentStatus } from '../../workflows/messages/deployment.ts';
import { controlQueue } from '../../workflows/messages/queues.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import { beginDeployment, endDeployment, regionProgress, tellProgress } from './shown-rows.ts';

const service = serviceName('checkout');
const workflowsPath = path.resolve(import.meta.dirname, '../workflow-fixtures/stand-in-workflows.ts');

let worker: Worker;
let working: Promise<void>;
let dashboard: Dashboard;
let number: number;
let page: Page;

beforeAll(async () => {
  dashboard = await openDashboard();
  const { nativeConnection: connection, namespace } = dashboard.temporal;
  worker = await Worker.create({ connection, namespace, taskQueue: controlQueue, workflowsPath });
  working = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await working;
  await dashboard.close();
});

/** A deployment in the middle of its way, whose workflow takes messages. */
beforeEach(async () => {
  const { database } = dashboard.central;
  number = await beginDeployment(database);
  await tellProgress(database, number, {
    sequence: 1,
    regions: [regionProgress('eu-west'), regionProgress('ap-south')],
  });
  await dashboard.temporal.client.workflow.start('deployment', {
    workflowId: deploymentWorkflowId(service, deploymentNumber(number)),
    taskQueue: controlQueue,
    args: [status(number)],
  });
  page = await dashboard.openAs('ada');
  await openPage(page, `/s/checkout/d/${number}`);
});
afterEach(async () => {
  await page.context().close();
  await endDeployment(dashboard.central.database, number);
});

const status = (deployment: number): DeploymentStatus => ({
  state: 'rolling',
  stage: 'world',
  paused: false,
  held: false,
  waiting: null,
  planDigest: null,
  binding: {
    service,
    deployment: deploymentNumber(deployment),
    release: { number: releaseNumber(1), digest: digest(`sha256:${'1'.repeat(64)}`) },
    planDigest: digest(`sha256:${'2'.repeat(64)}`),
    regions: [regionName('eu-west')],
  },
  excluded: [],
  approvals: null,
  regions: [],
  controlRevision: 0,
});

const abortButton = () => page.getByRole('button', { name: 'Abort and undo…' });
const confirmButton = () => page.locator('dialog[open] .choice button.confirm');
const stateWord = () => page.locator('.state .mark').textContent();

/** Answers are kept back until the test lets them go. */
async function holdAnswers(pattern: string): Promise<{ readonly keys: string[]; letGo(): Promise<void> }> {
  const keys: string[] = [];
  const held: Route[] = [];
  let isOpen = false;
  await page.route(pattern, async (route) => {
    keys.push(route.request().headers()['idempotency-key'] ?? '');
    if (isOpen) await route.continue();
    else held.push(route);
  });
  return {
    keys,
    async letGo() {
      isOpen = true;
      for (const route of held) await route.continue();
    },
  };
}

test('abort takes two clicks, and its dialog names hosts, regions, time, hooks and what undoes it', async () => {
  await abortButton().click();
  await confirmButton().waitFor();
  const text = (await page.locator('dialog[open]').textContent()) ?? '';
  for (const said of [/10 hosts/, /2 regions/, /Time/, /Hooks/, /Undo this/, /read at \d\d:\d\d:\d\d/])
    expect(text).toMatch(said);
  expect(await page.locator('dialog[open] .choice button').allTextContents()).toEqual([
    'Keep it running',
    'Abort and undo on 10 hosts',
  ]);
  await confirmButton().click();
  await page.getByText(/^Accepted \d\d:\d\d:\d\d: aborted by ada/).waitFor();
});

test('nothing is shown before it is true: sent, accepted and in effect are three states', async () => {
  const answers = await holdAnswers('**/abort');
  await abortButton().click();
  await confirmButton().click();
  await page.getByText('Sending…').waitFor();
  expect(await stateWord()).toBe('rolling');
  expect(await page.locator('.notice').textContent()).toBe('');
  await answers.letGo();
  await page.getByText(/^Accepted/).waitFor();
  expect(await stateWord()).toBe('rolling');
  await tellProgress(dashboard.central.database, number, { sequence: 2, state: 'undoing' });
  await page.locator('.state .mark-back').waitFor();
  // The button is gone; who stood on it is still there.
  await abortButton().waitFor({ state: 'detached' });
  expect(await page.evaluate<string>('document.activeElement.getAttribute("aria-label")')).toBe('Actions');
});

test('without an answer for 10 s it says that it is not known, and pressing again is the same request', async () => {
  await page.clock.install();
  await page.reload();
  const answers = await holdAnswers('**/abort');
  await abortButton().click();
  await confirmButton().click();
  await page.getByText('Sending…').waitFor();
  await page.clock.fastForward(10_001);
  await page.getByText('Not known whether it arrived. Pressing again is safe.').waitFor();
  await confirmButton().click();
  await answers.letGo();
  await page.getByText(/^Accepted/).waitFor();
  expect(answers.keys.length).toBe(2);
  expect(new Set(answers.keys).size).toBe(1);
});

test('two tabs of one person, and a double click in each: one Update', async () => {
  const other = await page.context().newPage();
  await openPage(other, `/s/checkout/d/${number}`);
  const tabs = [page, other];
  for (const tab of tabs) await tab.getByRole('button', { name: 'Abort and undo…' }).click();
  const confirms = tabs.map((tab) => tab.locator('dialog[open] .choice button.confirm'));
  for (const confirm of confirms) await confirm.waitFor();
  await Promise.all(confirms.map((confirm) => confirm.dblclick()));
  for (const tab of tabs) await tab.getByText(/^Accepted \d\d:\d\d:\d\d: aborted by ada/).waitFor();
  const workflow = dashboard.temporal.client.workflow.getHandle(
    deploymentWorkflowId(service, deploymentNumber(number)),
  );
  const { events } = await workflow.fetchHistory();
  const updates = events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes) ?? [];
  expect(updates).toHaveLength(1);
});

test('by keyboard: Enter decides nothing, Esc keeps it running, and focus comes back to where it was', async () => {
  const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  await abortButton().focus();
  await page.keyboard.press('Enter');
  await confirmButton().waitFor();
  expect(await focused()).toMatch(/^Abort checkout\/\d+ and undo\?$/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  expect([await focused(), sent]).toEqual(['Abort and undo…', []]);
  await page.keyboard.press('Enter');
  await confirmButton().waitFor();
  await page.keyboard.press('Tab'); // the reason
  await page.keyboard.type('INC-7');
  await page.keyboard.press('Enter');
  expect(sent).toEqual([]);
  await page.keyboard.press('Tab'); // the safe choice comes first
  expect(await focused()).toBe('Keep it running');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText(/^Accepted/).waitFor();
  expect(sent.length).toBe(1);
});

test('the fire exit does not jam: what would happen is not told, and pause and abort are sent all the same', async () => {
  // Never answered, as by an api that is slow or stuck.
  await page.route('**/dialog?**', () => undefined);
  const answers = await holdAnswers('**/abort');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText(/^Accepted \d\d:\d\d:\d\d: paused by ada/).waitFor();
  await abortButton().click();
  await confirmButton().waitFor();
  expect(await confirmButton().textContent()).toBe('Abort all the same');
  await page.getByLabel('Reason').fill('INC-7');
  await confirmButton().click();
  await answers.letGo();
  await page.getByText(/^Accepted \d\d:\d\d:\d\d: aborted by ada/).waitFor();
  expect(answers.keys).toEqual([expect.stringMatching(/^page-[0-9a-f]{32}$/)]);
});

test('pause asks nothing, and says when it was accepted', async () => {
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText(/^Accepted \d\d:\d\d:\d\d: paused by ada/).waitFor();
  expect(await page.locator('dialog[open]').count()).toBe(0);
});
