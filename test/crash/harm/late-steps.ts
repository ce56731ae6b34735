import path from 'node:path';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createGoalActivities } from '../../../activities/goals/goal-activities.ts';
import { directorOf } from '../../../activities/goals/sign-goal.ts';
import type { GoalActivities } from '../../../activities/goals/contract.ts';
import type { RegionName } from '../../../domain/names.ts';
import { keyFiles } from '../../../infra/keys/create-trust.ts';
import { readPrivateKey } from '../../../infra/keys/read-keys.ts';
import { createGoalStore } from '../../../infra/postgres/region/goal-store.ts';
import { createHostReports } from '../../../infra/postgres/region/host-reports.ts';
import { regionRolloutWorkflowId } from '../../../workflows/messages/region.ts';
import { readDeployments } from '../evidence/read-centre.ts';
import { scheduledActivities } from '../evidence/scheduled-activities.ts';
import type { RunSettings } from '../run/run-settings.ts';

type Settings = Pick<RunSettings, 'stack' | 'databases' | 'service'>;

/** Those of a rollout that write; each changes a goal's row or is fenced by it. */
const stepNames = ['beginRegion', 'advanceRegion'] as const;
type StepName = (typeof stepNames)[number];
type Step = (input: object) => Promise<unknown>;

/** Of the newest deployments: what came before them is fenced by both alike. */
const mostDeployments = 2;
/** A step that waits for its hosts is given up, as the worker that slept would be told. */
const limitMs = 5_000;

/**
 * Takes every step once more that rollouts of the newest deployments have sent to the region, in their order: as a second
 * worker of the region would, which had slept since. Answers whose they were; none when nothing was sent yet.
 */
export async function takeStepsAgain(
  settings: Settings,
  client: Client,
  region: RegionName,
): Promise<readonly string[]> {
  const sent = await stepsOf(settings, client, region);
  const activities = await activitiesOf(settings, region);
  for (const { name, input } of sent) await take(activities[name] as Step, input);
  return [...new Set(sent.map(({ id }) => id))];
}

interface SentStep {
  readonly id: string;
  readonly name: StepName;
  readonly input: object;
}

async function stepsOf({ databases, service }: Settings, client: Client, region: RegionName): Promise<SentStep[]> {
  const started = (await readDeployments(databases, service)).filter((deployment) => deployment.started);
  const ids = started.slice(-mostDeployments).map(({ number }) => regionRolloutWorkflowId(service, number, region));
  const all = await Promise.all(ids.map(async (id) => ({ id, sent: await activitiesSentBy(client, id) })));
  return all.flatMap(({ id, sent }) =>
    sent.flatMap(({ name, input }) => (isStep(name) ? [{ id, name, input: input as object }] : [])),
  );
}

const isStep = (name: string): name is StepName => (stepNames as readonly string[]).includes(name);

async function activitiesSentBy(client: Client, id: string) {
  try {
    return scheduledActivities(await client.workflow.getHandle(id).fetchHistory());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

/** As the region's worker puts them together (`workers/region.ts`). */
async function activitiesOf({ stack, databases }: Settings, region: RegionName): Promise<GoalActivities> {
  const key = await readPrivateKey(path.join(stack.data.keys, keyFiles.director(region)));
  const database = databases.regionDatabase(region);
  return createGoalActivities({
    region,
    store: createGoalStore(database),
    reports: createHostReports(database, { onChange: () => () => undefined }),
    director: directorOf(key),
    currentTraceparent: () => null,
  });
}

/** What it answers nobody hears; what it throws is what its worker would have logged. */
async function take(step: Step, input: object): Promise<void> {
  const environment = new MockActivityEnvironment();
  const limit = setTimeout(() => environment.cancel(), limitMs);
  await environment.run(step, input).catch(() => undefined);
  clearTimeout(limit);
}
