import type { Page } from 'playwright-core';
import { readPng, writePng } from './palette-png.ts';

/** What a person sees of a page now, as a small PNG. */
export const pictureOf = async (page: Page): Promise<Buffer> =>
  writePng(readPng(await page.screenshot({ animations: 'disabled', caret: 'hide' })));
