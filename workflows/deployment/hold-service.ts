import { sleep } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import { records } from '../activity-options/control.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { record } from './record.ts';

/** Another deployment ends in minutes, or was lost and waits for a person: the longer, the more seldom it is asked. */
const firstRetryMs = 5_000;
const longestRetryMs = 10 * 60_000;

/** A deployment touches nothing before it holds its service's row: the last guard against two at once. */
export async function holdService(run: DeploymentRun): Promise<Stop | null> {
  const { service, deployment } = run.input;
  for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, longestRetryMs)) {
    const answer = await records.holdService({ service, deployment });
    const holder = answer.outcome === 'busy' ? answer.holder : null;
    if (holder !== null && holder !== run.holder) showHolder(run, holder);
    run.holder = holder;
    if (holder === null) return null;
    await sleep(retryMs, { summary: `${service}/${holder} holds the service` });
  }
}

function showHolder(run: DeploymentRun, holder: NonNullable<DeploymentRun['holder']>): void {
  run.holder = holder;
  record(run, { event: 'service-busy', message: `waits for ${run.input.service}/${holder} to end` });
}
