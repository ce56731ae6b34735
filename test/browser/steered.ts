import path from 'node:path';
import { Worker } from '@temporalio/worker';
import type { Locator, Page, Route } from 'playwright-core';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../../domain/names.ts';
import { deploymentWorkflowId, statusQuery, type DeploymentStatus } from '../../workflows/messages/deployment.ts';
import { controlQueue } from '../../workflows/messages/queues.ts';
import { openDashboard, type Dashboard } from './dashboard.ts';
import { beginDeployment, regionProgress, tellProgress } from './shown-rows.ts';

const service = serviceName('checkout');
const workflowsPath = path.resolve(import.meta.dirname, '../workflow-fixtures/stand-in-workflows.ts');

/** A dashboard with stand-ins for the workflows of lanes and deployments: they take messages, and nothing comes of them. */
export interface SteeredDashboard extends Dashboard {
  /** A deployment in the middle of its way, whose workflow takes messages. @returns its number */
  begin(): Promise<number>;
}

export async function openSteered(): Promise<SteeredDashboard> {
  const dashboard = await openDashboard();
  const { nativeConnection: connection, namespace, client } = dashboard.temporal;
  const worker = await Worker.create({ connection, namespace, taskQueue: controlQueue, workflowsPath });
  const working = worker.run();
  return {
    ...dashboard,
    async begin() {
      const { database } = dashboard.central;
      const number = await beginDeployment(database);
      const regions = [regionProgress('eu-west'), regionProgress('ap-south')];
      await tellProgress(database, number, { sequence: 1, regions });
      const workflow = await client.workflow.start('deployment', {
        workflowId: deploymentWorkflowId(service, number),
        taskQueue: controlQueue,
        args: [statusOf(number)],
      });
      // The api doesn't wait for it as long as a busy machine may take to begin.
      await workflow.query(statusQuery);
      return number;
    },
    async close() {
      worker.shutdown();
      await working;
      await dashboard.close();
    },
  };
}

const statusOf = (deployment: number): DeploymentStatus => ({
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

/** In the dialog that is open. */
export const confirmButton = (page: Page): Locator => page.locator('dialog[open] .choice button.confirm');

/** Answers are kept back until the test lets them go. */
export async function holdAnswers(
  page: Page,
  pattern: string,
): Promise<{ readonly keys: string[]; letGo(): Promise<void> }> {
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
