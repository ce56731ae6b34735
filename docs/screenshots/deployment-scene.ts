import type { Page } from 'playwright-core';
import { openTab } from '../../test/browser/temporal-page.ts';
import type { WholeStack } from '../../test/browser/whole-stack.ts';

const services = ['checkout', 'cart', 'search', 'stock', 'users', 'mail'];

/** All run their first release; another one of mail waits for approval. */
export async function settle(stack: WholeStack): Promise<void> {
  for (const service of services) {
    await stack.addService(service);
    await stack.merge('Say hello', { service, greeting: 'hello', isTrusted: true });
    await stack.until(service, 1, ({ outcome }) => outcome === 'succeeded');
  }
  await stack.merge('Send receipts', { service: 'mail', greeting: 'good day' });
  await stack.until('mail', 2, ({ why }) => why?.next.verb === 'approve');
}

/** checkout/2 is in the middle of its last stage, and stands still there: us-east and ap-south have yet to switch. */
export async function rollOut(stack: WholeStack): Promise<void> {
  const service = 'checkout';
  await stack.merge('Charge in one step', { service, greeting: 'hi', failsIn: 'ap-south' });
  stack.freeze(...hostsIn('us-east', 'ap-south'));
  await stack.approve(service, 2);
  await stack.until(service, 2, ({ regions }) => regions.filter(({ state }) => state === 'done').length === 3);
}

/** It fails in ap-south and goes back, but for sa-east, where nobody listens. */
export async function undo(stack: WholeStack): Promise<void> {
  stack.freeze(...hostsIn('sa-east'));
  stack.thaw(...hostsIn('us-east', 'ap-south'));
  await stack.until('checkout', 2, ({ regions }) => regions.filter(({ state }) => state === 'undone').length === 4);
}

export async function goBack(stack: WholeStack): Promise<void> {
  stack.thaw(...hostsIn('sa-east'));
  await stack.until('checkout', 2, ({ outcome }) => outcome === 'undone');
}

const hostsIn = (...regions: readonly string[]): readonly string[] =>
  regions.flatMap((region) => [`${region}-1`, `${region}-2`]);

/** From the deployment's page, scrolled to what is to be seen. */
export async function followToTemporal(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Temporal', exact: true }).click();
  await page.getByTestId('workflow-id-heading').waitFor();
  await openTab(page, 'Timeline');
  const heading = page.getByRole('heading', { name: 'Timeline' });
  await heading.waitFor();
  await heading.evaluate((element: { scrollIntoView(): void }) => element.scrollIntoView());
}
