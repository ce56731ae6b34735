/**
 * A deployment as somebody sees and steers it who has Temporal's Web UI, and not the code. The tests stand in order: each
 * goes on with what the one before left.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { Page } from 'playwright-core';
import { openPage } from './dashboard.ts';
import { pictureOf } from './picture.ts';
import { metadataOf, openSignal, openTab, searchAttributesOf, stepsOf } from './temporal-page.ts';
import { openWholeStack, type WholeStack } from './whole-stack.ts';

const service = 'checkout';
let stack: WholeStack;
let connection: Connection;
let dashboard: Page;
let temporal: Page;

beforeAll(async () => {
  stack = await openWholeStack({ regions: 2, hosts: 1 });
  connection = await Connection.connect({ address: stack.temporal.address });
  const permissions = ['clipboard-read', 'clipboard-write'];
  dashboard = await stack.open({ permissions, reducedMotion: 'reduce' });
  await stack.addService(service);
  await stack.merge('Charge in one step', { service, greeting: 'hello' });
  await stack.until(service, 1, ({ why }) => why?.next.verb === 'approve');
  await openPage(dashboard, `/s/${service}/d/1`);
});
afterAll(async () => {
  await connection?.close();
  await stack?.close();
});

/** From a deployment's page, in a window beside it. */
async function follow(deployment: number): Promise<Page> {
  await temporal?.close();
  const page = await dashboard.context().newPage();
  await openPage(page, `/s/${service}/d/${deployment}`);
  await page.getByRole('link', { name: 'Temporal', exact: true }).click();
  await page.getByTestId('workflow-id-heading').waitFor();
  // Behind its dialogs the page is blurred, which keeps a machine without a graphics card busy for seconds.
  await page.addStyleTag({ content: '*, ::backdrop { backdrop-filter: none !important }' });
  return page;
}

test('the Temporal link of a deployment opens its run', async () => {
  temporal = await follow(1);
  const { namespace } = stack.temporal;
  const { runId } = await new Client({ connection, namespace }).workflow.getHandle('deployment:checkout:1').describe();
  expect(decodeURIComponent(new URL(temporal.url()).pathname)).toBe(
    `/namespaces/${namespace}/workflows/deployment:checkout:1/${runId}/history`,
  );
  expect((await temporal.getByTestId('workflow-id-heading').innerText()).trim()).toBe('deployment:checkout:1');
  await temporal.locator('dl, body').getByText(runId).first().waitFor();
});

test('it says what the deployment is, why it is there, why it waits, and what comes next', async () => {
  const { summary, details, current } = await metadataOf(temporal);
  expect(summary).toBe('checkout/1 rollout of checkout@1: Charge in one step');
  expect(details).toMatch(
    /^lin merged [0-9a-f]{12} by lin into main: Charge in one step Sources: commit [0-9a-f]{40} of /,
  );
  expect(current).toMatch(/^checkout\/1 rollout of checkout@1: approving /);
  expect(current).toContain('Why: waits for approval (0 of 1) by release-owner; expires ');
  expect(current).toContain(
    'Next: Approve it, or reject it. slipway approve checkout/1. From this page: the signal approve',
  );
  expect(current).toMatch(/region state batch switched healthy failed why eu-west ready 0 of 2 /);
});

test('its history tells each step in words, and by its search attributes it is found', async () => {
  const steps = await stepsOf(temporal);
  const told = [
    /holdService .*checkout\/1 takes hold of checkout/,
    /buildRelease .*builds checkout@1 from [0-9a-f]{12}/,
    /signRelease .*signs checkout@1/,
    /planDeployment .*plans where checkout@1 goes, and in which batches/,
    /recordProgress .*checkout\/1 goes to eu-west, us-east/,
    /replicateRelease .*copy to us-east/,
    /Timer .*the approval expires/,
  ];
  for (const step of told) expect(steps).toContainEqual(expect.stringMatching(step));
  expect(await searchAttributesOf(temporal)).toMatchObject({
    SlipwayService: 'checkout',
    SlipwayRelease: 'checkout@1',
    SlipwayStage: 'approving',
    SlipwayRegion: ['eu-west', 'us-east'],
  });
});

test('it is approved by signal from there, with a token copied from the dashboard', async () => {
  await dashboard.getByText('Approve in Temporal').click();
  await dashboard.getByRole('button', { name: 'Make a token' }).click();
  await dashboard.getByRole('button', { name: 'Copy the input' }).click();
  await dashboard.getByRole('button', { name: 'Copied' }).waitFor();
  await temporal.bringToFront();
  const signal = await openSignal(temporal, 'approve');
  expect(signal.description).toBe(
    "approve agrees to it; the input is what the deployment's page in the dashboard makes",
  );
  await signal.paste();
  await signal.submit();
  await temporal.close();
  await dashboard.locator('.timeline').getByText('approved by mo, 1 of 1').waitFor();
  await stack.until(service, 1, ({ outcome }) => outcome === 'succeeded');
  const { items } = await stack.mo.call('listAudit', { query: { limit: 50 } });
  expect(items).toContainEqual(expect.objectContaining({ actor: 'mo', verb: 'approve', object: 'checkout/1' }));
});

test('a region is a workflow of its own, which tells its batches', async () => {
  temporal = await follow(1);
  await openTab(temporal, 'Relationships');
  await temporal.getByRole('link', { name: 'deployment:checkout:1:eu-west' }).click();
  await temporal.getByTestId('workflow-id-heading').filter({ hasText: 'eu-west' }).waitFor();
  const { summary, details, current } = await metadataOf(temporal);
  expect([summary, details]).toEqual([
    'checkout@1 to eu-west',
    'Part of checkout/1. Batches: 2. It stops when more hosts fail than 5 % of those that have switched, or than 50.',
  ]);
  expect(current).toMatch(/^eu-west is ready region state .+ eu-west done 2 of 2 1 of 1 1 0$/);
  const steps = await stepsOf(temporal);
  for (const step of [/begin in eu-west/, /eu-west: batch 1 of 2/, /eu-west: hosts of batch 2/])
    expect(steps).toContainEqual(expect.stringMatching(step));
});

/** The release fails in us-east; the agent of eu-west is stopped once it is through, so that the undo stands still. */
test('a deployment that undoes itself shows it where it shows all else, as pictures too', async () => {
  await stack.merge('Charge faster', { service, greeting: 'hi', failsIn: 'us-east' });
  stack.freeze('us-east-1');
  await stack.approve(service, 2);
  await stack.until(service, 2, ({ regions }) => regions.some((each) => each.region === 'us-east' && each.batch === 1));
  stack.freeze('eu-west-1');
  await openPage(dashboard, `/s/${service}/d/2`);
  await dashboard.getByText('world', { exact: true }).first().waitFor();
  const middle = await pictureOf(dashboard);
  stack.thaw('us-east-1');
  await stack.until(service, 2, ({ state }) => state === 'undoing');
  await dashboard.locator('.state .mark').getByText('undoing').waitFor();
  const undo = await pictureOf(dashboard);
  temporal = await follow(2);
  expect((await metadataOf(temporal)).current).toMatch(
    /^checkout\/2 rollout of checkout@2: undoing .*Why: goes back, \d of 2 regions are undone: us-east: .*\/healthz answered 500.* Next: Nothing needs you\./,
  );
  await openTab(temporal, 'Timeline');
  await temporal.getByText('undo of checkout/2 in eu-west').first().waitFor();
  const told = await pictureOf(temporal);
  for (const picture of [middle, undo, told]) expectPicture(picture);
  stack.thaw('eu-west-1');
  await stack.until(service, 2, ({ outcome }) => outcome === 'undone');
});

test('when it is over it says how it ended, and what is left to do', async () => {
  await temporal.reload();
  const { current } = await metadataOf(temporal);
  expect(current).toMatch(/^checkout\/2 rollout of checkout@2: undone undone in 2 regions: us-east: /);
  expect(current).toContain('Next: Fix it and merge; the lane is locked until checkout is unlocked. slipway unlock');
});

/** Of the documentation's size, and with a palette: small. */
function expectPicture(png: Buffer): void {
  expect([png.readUInt32BE(16), png.readUInt32BE(20), png[25]]).toEqual([1280, 800, 3]);
  expect(png.length).toBeLessThan(150_000);
}
