/**
 * What a world tells of itself when a test has run into its limit in it: what the test waits for, and of each workflow that
 * is open its last events and its activities. `test/timed-out.mjs` asks, and adds it to the failure.
 */
import type { TestWorkflowEnvironment } from '@temporalio/testing';

/** Where the environment of Jest, which is outside of the test's modules, finds those whom it asks. */
const shared = globalThis as { [key: symbol]: unknown };
const worlds = (shared[Symbol.for('slipway.worlds')] ??= new Set()) as Set<() => Promise<string>>;
const waits = new Set<() => unknown>();

/** Whom a failing test asks from now on. Answers how it is asked no more. */
export function tellsHowItStands(env: TestWorkflowEnvironment): () => void {
  const tell = (): Promise<string> => howItStands(env);
  worlds.add(tell);
  return () => {
    worlds.delete(tell);
    waits.clear();
  };
}

/** Remembers that the test waits for `condition` while `wait` goes on. */
export async function waitingFor(condition: () => unknown, wait: () => Promise<void>): Promise<void> {
  waits.add(condition);
  await wait();
  // Kept when it throws: the test that failed still has to tell of it.
  waits.delete(condition);
}

/** Another one in each test of a file; the environment counts those that are over. */
export const testNumber = (): unknown => shared[Symbol.for('slipway.tests')];

async function howItStands(env: TestWorkflowEnvironment): Promise<string> {
  const { executions } = await env.connection.workflowService.listOpenWorkflowExecutions({
    namespace: env.namespace ?? 'default',
    startTimeFilter: {},
  });
  const open = executions.map(({ execution }) => execution!.workflowId!);
  return [
    `at ${new Date(await env.currentTimeMs()).toISOString()}`,
    ...[...waits].map((condition) => `waits for ${condition.toString()}`),
    ...(await Promise.all(open.map((id) => workflowText(env, id)))),
  ].join('\n');
}

/** Enough to see the step that it is in. */
const lastEvents = 8;
const longestLine = 200;

async function workflowText(env: TestWorkflowEnvironment, id: string): Promise<string> {
  const handle = env.client.workflow.getHandle(id);
  const [{ events }, { raw }] = await Promise.all([handle.fetchHistory(), handle.describe()]);
  const last = (events ?? []).slice(-lastEvents).map(eventText);
  const pending = raw.pendingActivities?.map((activity) => `pending ${JSON.stringify(activity)}`) ?? [];
  return [`${id} is open:`, ...[...last, ...pending].map((line) => `  ${line.slice(0, longestLine)}`)].join('\n');
}

/** Its number, second and kind, and what is written with it. */
function eventText(event: object): string {
  const { eventId, eventTime, eventType, ...rest } = JSON.parse(JSON.stringify(event));
  return `${eventId} ${eventTime.seconds} ${eventType} ${JSON.stringify(Object.values(rest))}`;
}
