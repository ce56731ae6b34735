import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';
import { chromiumExecutable } from './chromium-files.ts';

/**
 * Chromium's packaging turns these on for a lambda; a page is tested as people's browsers run it. Nor does a
 * page need its graphics, drawn by software in the browser's own process: a browser that ended with SIGSEGV as it started had
 * them. That they were the cause is not known.
 */
const unwanted =
  /^--(single-process|no-zygote|disable-web-security|disable-site-isolation-trials|window-size|headless|in-process-gpu|use-gl|use-angle|enable-unsafe-swiftshader|ignore-gpu-blocklist)/;

/** A real browser without a screen; the caller closes it. */
export async function openBrowser(): Promise<Browser> {
  return await playwright.launch({
    executablePath: await chromiumExecutable(),
    // Its sandbox needs rights that root's and containers' processes don't have.
    args: [...chromium.args.filter((argument) => !unwanted.test(argument)), '--no-sandbox', '--disable-gpu'],
    headless: true,
  });
}
