import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openPage } from './dashboard.ts';
import { endDeployment, tellProgress } from './shown-rows.ts';
import { confirmButton, holdAnswers, openSteered, type SteeredDashboard } from './steered.ts';

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
  await openPage(page, `/s/checkout/d/${number}`);
});
afterEach(async () => {
  await page.context().close();
  await endDeployment(dashboard.central.database, number);
});

const abortButton = () => page.getByRole('button', { name: 'Abort and undo…' });
const stateWord = () => page.locator('.state .mark').textContent();

test('abort takes two clicks, and its dialog names hosts, regions, time, hooks and what undoes it', async () => {
  await abortButton().click();
  await confirmButton(page).waitFor();
  const text = (await page.locator('dialog[open]').textContent()) ?? '';
  for (const said of [/10 hosts/, /2 regions/, /Time/, /Hooks/, /Undo this/, /read at \d\d:\d\d:\d\d/])
    expect(text).toMatch(said);
  expect(await page.locator('dialog[open] .choice button').allTextContents()).toEqual([
    'Keep it running',
    'Abort and undo on 10 hosts',
  ]);
  await confirmButton(page).click();
  await page.getByText(/^Accepted \d\d:\d\d:\d\d: aborted by ada/).waitFor();
});

test('nothing is shown before it is true: sent, accepted and in effect are three states', async () => {
  await page.clock.install();
  await page.reload();
  const answers = await holdAnswers(page, '**/abort');
  await abortButton().click();
  await confirmButton(page).click();
  await page.getByText('Sending…').waitFor();
  const shown = async () => [await stateWord(), await page.locator('.notice').textContent()];
  expect(await shown()).toEqual(['rolling', '']);
  await page.clock.fastForward(5_000);
  expect(await shown()).toEqual(['rolling', '']);
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
  const answers = await holdAnswers(page, '**/abort');
  await abortButton().click();
  await confirmButton(page).click();
  await page.getByText('Sending…').waitFor();
  await page.clock.fastForward(10_001);
  await page.getByText('Not known whether it arrived. Pressing again is safe.').waitFor();
  await confirmButton(page).click();
  await answers.letGo();
  await page.getByText(/^Accepted/).waitFor();
  expect(answers.keys.length).toBe(2);
  expect(new Set(answers.keys).size).toBe(1);
});

test('by keyboard: Enter decides nothing, Esc keeps it running, and focus comes back to where it was', async () => {
  const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  await abortButton().focus();
  await page.keyboard.press('Enter');
  await confirmButton(page).waitFor();
  expect(await focused()).toMatch(/^Abort checkout\/\d+ and undo\?$/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  expect([await focused(), sent]).toEqual(['Abort and undo…', []]);
  await page.keyboard.press('Enter');
  await confirmButton(page).waitFor();
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
  const answers = await holdAnswers(page, '**/abort');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText(/^Accepted \d\d:\d\d:\d\d: paused by ada/).waitFor();
  await abortButton().click();
  await confirmButton(page).waitFor();
  expect(await confirmButton(page).textContent()).toBe('Abort all the same');
  await page.getByLabel('Reason').fill('INC-7');
  await confirmButton(page).click();
  await answers.letGo();
  await page.getByText(/^Accepted \d\d:\d\d:\d\d: aborted by ada/).waitFor();
  expect(answers.keys).toEqual([expect.stringMatching(/^page-[0-9a-f]{32}$/)]);
});

test('pause asks nothing, and says when it was accepted and when it is in effect', async () => {
  await page.getByRole('button', { name: 'Pause' }).click();
  await page
    .getByText(/^Accepted \d\d:\d\d:\d\d: paused by ada.*, in effect when the batches .* have ended$/)
    .waitFor();
  expect(await page.locator('dialog[open]').count()).toBe(0);
});
