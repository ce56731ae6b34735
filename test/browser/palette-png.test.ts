import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from './open-browser.ts';
import { readPng, writePng } from './palette-png.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function pictureOf(html: string): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 300, height: 200 } });
  await page.setContent(html);
  const png = await page.screenshot();
  await page.close();
  return png;
}

/** What the browser itself makes of a picture: a file that only we can read would be none. */
async function shownBy(png: Buffer): Promise<readonly number[]> {
  const page = await browser.newPage();
  await page.setContent(`<img src="data:image/png;base64,${png.toString('base64')}">`);
  const pixels = await page.evaluate<number[]>(`(async () => {
    const image = document.images[0];
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, i) => data[4 * i] * 65536 + data[4 * i + 1] * 256 + data[4 * i + 2]);
  })()`);
  await page.close();
  return pixels;
}

/** Without letters, whose edges have colours of their own. */
const blocks = '<table bgcolor=#b3141b border=9 width=90%><tr><td>&nbsp;<td bgcolor=#1a6b34>&nbsp;</table>';

test('a picture of few colours stays as it is, and becomes smaller', async () => {
  const png = await pictureOf(blocks);
  const small = writePng(readPng(png));
  expect(small.length).toBeLessThan(png.length);
  expect(Buffer.from(Uint32Array.from(await shownBy(small)).buffer)).toEqual(Buffer.from(readPng(png).colours.buffer));
});

test('one of many colours keeps them all but for what nobody sees', async () => {
  const png = await pictureOf('<div style="height: 180px; background: linear-gradient(90deg, #123, #fed)"></div>');
  const before = readPng(png).colours;
  const after = await shownBy(writePng(readPng(png)));
  expect(new Set(after).size).toBeLessThanOrEqual(256);
  const off = after.map((colour, index) => Math.abs((colour >> 16) - (before[index]! >> 16)));
  expect(Math.max(...off)).toBeLessThan(16);
});
