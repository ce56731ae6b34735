import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { serviceName } from '../../domain/names.ts';
import { createLaneRecords } from '../../infra/postgres/central/lane-records.ts';
import { openPage } from './dashboard.ts';
import { endDeployment, regionProgress, tellProgress, type Shown } from './shown-rows.ts';
import { confirmButton, openSteered, type SteeredDashboard } from './steered.ts';

let dashboard: SteeredDashboard;
let number: number;
let page: Page;

beforeAll(async () => {
  dashboard = await openSteered();
});
afterAll(() => dashboard.close());
beforeEach(async () => {
  number = await dashboard.begin();
  page = await dashboard.openAs('ada');
});
afterEach(async () => {
  await page.context().close();
  await changeLock(false);
  await endDeployment(dashboard.central.database, number);
});

async function changeLock(isLocked: boolean): Promise<void> {
  const reason = 'INC-7';
  const lock = isLocked ? { owner: 'mo', reason, since: new Date().toISOString() } : null;
  const change = { service: serviceName('checkout'), lock, by: 'mo', reason, key: `lock-${Math.random()}` };
  await createLaneRecords(dashboard.central.database).changeLock(change);
}

interface Press {
  readonly verb: string;
  readonly button: string;
  /** What the deployment tells first; without it the verb is one of its service. */
  readonly told?: Omit<Shown, 'sequence'>;
  readonly isLocked?: boolean;
  /** Of the lines of its dialog. */
  readonly labels: readonly string[];
  readonly reason?: string;
  /** What the api is asked for, if it is more than the verb. */
  readonly posts?: readonly string[];
  readonly accepted: string;
}

const paused: Press['told'] = { paused: true, waiting: 'paused by mo', waitingFor: 'resume' };
const ready = { state: 'ready', batch: 0, hosts: { total: 0, switched: 0, healthy: 0, failed: 0 } } as const;
const baking = [regionProgress('eu-west', { state: 'baking' }), regionProgress('ap-south', { state: 'baking' })];
const silent = [regionProgress('eu-west', { state: 'done' }), regionProgress('ap-south', { state: 'unreachable' })];
const asking: Press['told'] = {
  state: 'approving',
  stage: null,
  waiting: 'waits for approval (0 of 1) by release-owner',
  waitingFor: 'approval',
  approvals: { given: 0, wanted: 1 },
  regions: [regionProgress('eu-west', ready), regionProgress('ap-south', ready)],
};

test.each<Press>([
  {
    verb: 'resume',
    button: 'Resume…',
    told: paused,
    labels: ['What', 'Why', 'Hooks', 'Time', 'After'],
    posts: ['approval-token', 'resume'],
    accepted: 'resumed with ',
  },
  {
    verb: 'approve',
    button: 'Approve…',
    told: asking,
    labels: ['What', 'Change', 'Approval', 'Hooks', 'Time', 'After'],
    posts: ['approval-token', 'approve'],
    accepted: 'approved with ',
  },
  {
    verb: 'reject',
    button: 'Reject…',
    told: asking,
    labels: ['What', 'After'],
    reason: 'not on Friday',
    accepted: 'rejected by ada',
  },
  {
    verb: 'rollback',
    button: 'Roll back…',
    labels: ['What', 'Hooks', 'Time', 'After'],
    // By this the stand-in for the lane knows that something is on its way.
    reason: 'undo 1',
    accepted: 'checkout/1 is being undone',
  },
  {
    verb: 'promote',
    button: 'Promote…',
    told: { state: 'baking', stage: 'world', waiting: 'bakes until 12:04', waitingFor: 'bake', regions: baking },
    labels: ['What', 'Now', 'After'],
    reason: 'seen enough',
    posts: ['approval-token', 'promote'],
    accepted: 'promoted: seen enough',
  },
  {
    verb: 'skip-region',
    button: 'Skip ap-south…',
    told: { waiting: 'waits for ap-south', waitingFor: 'regions', regions: silent },
    labels: ['What', 'Now', 'After'],
    reason: 'it is dark there',
    posts: ['approval-token', 'skip-region'],
    accepted: 'ap-south is skipped: it is dark there',
  },
  { verb: 'lock', button: 'Lock…', labels: ['What', 'After'], reason: 'INC-7', accepted: 'the lane is locked' },
  {
    verb: 'unlock',
    button: 'Unlock…',
    isLocked: true,
    labels: ['What', 'After'],
    reason: 'it is over',
    accepted: 'the lane is open',
  },
])('$verb: its dialog says what it would do, and one press of it is one request', async (press) => {
  const { verb, button, told, isLocked = false, labels, reason, posts = [verb], accepted } = press;
  if (told !== undefined) await tellProgress(dashboard.central.database, number, { sequence: 2, ...told });
  if (isLocked) await changeLock(true);
  await openPage(page, told === undefined ? '/s/checkout' : `/s/checkout/d/${number}`);
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  await page.getByRole('button', { name: button, exact: true }).click();
  await confirmButton(page).waitFor();
  expect(await page.locator('dialog[open] dt').allTextContents()).toEqual(labels);
  if (reason !== undefined) await page.getByLabel('Reason').fill(reason);
  await confirmButton(page).click();
  await page.getByText(new RegExp(`^Accepted \\d\\d:\\d\\d:\\d\\d: ${accepted}`)).waitFor();
  expect(sent.map((url) => url.split('/').at(-1))).toEqual(posts);
});
