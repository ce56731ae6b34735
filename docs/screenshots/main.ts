/**
 * `node infra/local/launcher.mjs docs/screenshots/main.ts [dashboard|console]`: takes the pictures of the documentation anew,
 * all or those that are named.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { openPage } from '../../test/browser/dashboard.ts';
import { openBrowser } from '../../test/browser/open-browser.ts';
import { pictureOf } from '../../test/browser/picture.ts';
import { openTab } from '../../test/browser/temporal-page.ts';
import { openWholeStack } from '../../test/browser/whole-stack.ts';
import { consoleOutput, terminalSize } from './console-scene.ts';
import { followToTemporal, goBack, rollOut, settle, undo } from './deployment-scene.ts';
import { terminalPage } from './terminal-page.ts';

const looks = { viewport: { width: 1280, height: 800 }, colorScheme: 'light' } as const;

async function keep(page: Page, name: string): Promise<void> {
  const png = await pictureOf(page);
  await writeFile(path.join(import.meta.dirname, `${name}.png`), png);
  process.stdout.write(`${name}.png ${Math.ceil(png.length / 1000)} kB\n`);
}

async function takeDashboard(): Promise<void> {
  const stack = await openWholeStack({ regions: 5, hosts: 2 });
  try {
    const page = await stack.open(looks);
    await settle(stack);
    await rollOut(stack);
    await openPage(page, '/');
    await page.locator('.busy').nth(1).waitFor();
    await keep(page, 'overview');
    await openPage(page, '/s/checkout/d/2');
    await keep(page, 'deployment');
    await followToTemporal(page);
    await keep(page, 'temporal');
    await undo(stack);
    await openPage(page, '/s/checkout/d/2');
    await keep(page, 'undo');
    await page.getByRole('link', { name: 'Temporal', exact: true }).click();
    await openTab(page, 'User Metadata');
    await page.frameLocator('#user-metadata-current-details').getByText('goes back').waitFor();
    await keep(page, 'temporal-metadata');
    await goBack(stack);
  } finally {
    await stack.close();
  }
}

/** By itself: the times that it shows are those of a machine that does nothing else. */
async function takeConsole(): Promise<void> {
  const output = await consoleOutput();
  const browser = await openBrowser();
  const page = await browser.newPage(looks);
  await page.setContent(terminalPage(output, terminalSize.rows));
  await keep(page, 'console');
  await browser.close();
}

const [only] = process.argv.slice(2);
if (only !== 'console') await takeDashboard();
if (only !== 'dashboard') await takeConsole();
process.exit(); // Temporal's native client keeps threads of its own
