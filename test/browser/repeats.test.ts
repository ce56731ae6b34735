import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { serviceName, type DeploymentNumber } from '../../domain/names.ts';
import { Audit, Deployment } from '../../infra/postgres/central/entities.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { laneStart, submitUpdate } from '../../workflows/messages/lane.ts';
import { mergeRequest } from '../central-database.ts';
import { startCentralWorker, type CentralWorker } from '../central-worker.ts';
import { openDashboard, openPage, type Dashboard } from './dashboard.ts';
import { confirmButton } from './steered.ts';

const service = serviceName('checkout');

let dashboard: Dashboard;
let worker: CentralWorker;
let number: DeploymentNumber;
let page: Page;

beforeAll(async () => {
  dashboard = await openDashboard();
  worker = await startCentralWorker(dashboard.central.database, dashboard.temporal);
});
afterAll(async () => {
  await worker.close();
  await dashboard.close();
});

/** A merge in Slipway's own workflows, whose deployment has begun and waits for a build worker. */
beforeEach(async () => {
  const lane = await dashboard.temporal.client.workflow.start('lane', laneStart(service));
  const message = { request: mergeRequest(`merge-${Math.random()}`), queueWhenLocked: true };
  const answer = await lane.executeUpdate(submitUpdate, { args: [message] });
  if (answer.outcome === 'refused') throw new Error(answer.message);
  number = answer.deployment;
  while ((await recorded('build-started')) === 0) await delay(20);
  page = await dashboard.openAs('ada');
  await openPage(page, `/s/checkout/d/${number}`);
});
afterEach(() => page.context().close());

/** So often the audit says it of the deployment. */
const recorded = (verb: string): Promise<number> =>
  dashboard.central.database.em.fork().count(Audit, { object: `checkout/${number}`, verb });

/** Its records are written one after the other, the outcome last. */
async function untilWritten(): Promise<void> {
  const { em } = dashboard.central.database;
  while ((await em.fork().count(Deployment, { service, number, outcome: 'cancelled' })) === 0) await delay(20);
}

async function updatesTaken(): Promise<number> {
  const workflow = dashboard.temporal.client.workflow.getHandle(deploymentWorkflowId(service, number));
  const { events } = await workflow.fetchHistory();
  return (events ?? []).filter((event) => Boolean(event.workflowExecutionUpdateAcceptedEventAttributes)).length;
}

async function openAbort(tab: Page): Promise<void> {
  await tab.getByRole('button', { name: 'Abort…' }).click();
  await confirmButton(tab).waitFor();
}
const accepted = (tab: Page): Promise<void> =>
  tab.getByText(new RegExp(`^Accepted \\d\\d:\\d\\d:\\d\\d: checkout/${number} is stopped`)).waitFor();

/** The first request arrives, and the connection is cut before its answer comes. */
async function loseFirstAnswer(pattern: string): Promise<{ readonly keys: string[]; readonly lost: number[] }> {
  const keys: string[] = [];
  const lost: number[] = [];
  await page.route(pattern, async (route) => {
    const headers = route.request().headers();
    keys.push(headers['idempotency-key'] ?? '');
    if (keys.length > 1) return route.continue();
    // A browser adds only later where it comes from.
    const answer = await route.fetch({ headers: { ...headers, origin: dashboard.url } });
    lost.push(answer.status());
    await route.abort('connectionreset');
  });
  return { keys, lost };
}

test('a connection that is cut after sending, and another press: one Update and one audit record', async () => {
  const { keys, lost } = await loseFirstAnswer('**/abort');
  await openAbort(page);
  await confirmButton(page).click();
  await page.getByText('Not known whether it arrived. Pressing again is safe.').waitFor();
  await confirmButton(page).click();
  await accepted(page);
  expect([lost, keys.length, new Set(keys).size]).toEqual([[202], 2, 1]);
  await untilWritten();
  expect([await updatesTaken(), await recorded('abort')]).toEqual([1, 1]);
});

test('two tabs of one person, and a double click in each: one Update and one audit record', async () => {
  const other = await page.context().newPage();
  await openPage(other, `/s/checkout/d/${number}`);
  const tabs = [page, other];
  for (const tab of tabs) await openAbort(tab);
  await Promise.all(tabs.map((tab) => confirmButton(tab).dblclick()));
  for (const tab of tabs) await accepted(tab);
  await untilWritten();
  expect([await updatesTaken(), await recorded('abort')]).toEqual([1, 1]);
});
