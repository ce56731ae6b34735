/** Temporal's own Web UI, as a person reads and uses it (version 2.54 of the pinned command line). */
import type { FrameLocator, Page } from 'playwright-core';

export const openTab = async (page: Page, name: string): Promise<void> =>
  page.locator('[role=tab]:visible').filter({ hasText: name }).click();

export interface Told {
  readonly summary: string;
  readonly details: string;
  readonly current: string;
}

/** What a workflow says of itself. */
export async function metadataOf(page: Page): Promise<Told> {
  await openTab(page, 'User Metadata');
  const textIn = async (frame: string): Promise<string> => plain(await rendered(page, frame).innerText());
  return {
    summary: await textIn('user-metadata-summary'),
    details: await textIn('user-metadata-details'),
    current: await textIn('user-metadata-current-details'),
  };
}

/** Markdown is drawn in a frame of its own, which is filled after it was loaded. */
function rendered(page: Page, frame: string): ReturnType<FrameLocator['locator']> {
  return page.frameLocator(`#${frame}`).locator('main:has(p)');
}

/** Every step of the history by its words, the oldest first: `recordProgress: builds checkout@1`. */
export async function stepsOf(page: Page): Promise<readonly string[]> {
  await openTab(page, 'Event History');
  await page.getByTestId('compact').click();
  const rows = page.getByTestId('event-summary-row');
  await rows.filter({ hasText: 'Summary' }).first().waitFor();
  const texts = await rows.allInnerTexts();
  return texts.map(plain).toReversed();
}

export async function searchAttributesOf(page: Page): Promise<unknown> {
  await openTab(page, 'Search Attributes');
  return JSON.parse(await page.getByRole('textbox', { name: 'Search Attributes' }).innerText());
}

/** The dialog behind "More Actions"; `name` is chosen from what the workflow says it listens to. */
export async function openSignal(page: Page, name: string) {
  await page.locator('button:visible').filter({ hasText: 'More Actions' }).click();
  await page.locator('[data-testid=signal-button]:visible').click();
  const dialog = page.locator('[data-testid=signal-confirmation-modal][open]');
  await dialog.getByTestId('signal-select-button').click();
  const option = dialog.getByRole('option').filter({ hasText: new RegExp(`^\\s*${name}\\b`) });
  const description = plain(await option.innerText());
  await option.click();
  return {
    description,
    /** As from the keyboard: what was copied elsewhere. */
    async paste(): Promise<void> {
      await dialog.locator('.cm-content').click();
      await page.keyboard.press('Control+V');
    },
    async submit(): Promise<void> {
      await dialog.getByRole('button', { name: 'Submit' }).click();
      await page.locator('#workflow-signal-success-toast').waitFor();
    },
  };
}

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
