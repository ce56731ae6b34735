import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';

/** One audit record as a page met it; ms since the epoch, by the one clock of this machine. */
export interface MetEvent {
  readonly recordedMs: number;
  /** The stream's event reached the page's script. */
  readonly receivedMs: number;
  /** Its line of the timeline stood on the page; `null` when it has none. */
  readonly shownMs: number | null;
}

/** By time of record. */
interface Watch {
  readonly received: Record<string, number>;
  readonly shown: Record<string, number>;
}

/** Opens the page with a watch in it, which is there before the page's own script. */
export async function openWatched(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript({ path: path.join(import.meta.dirname, 'watch-in-page.js') });
  await page.goto(address);
  await page.getByText('live,').waitFor();
  return page;
}

/** What the page has met since it was opened, by stream: what was there before came as a snapshot. */
export async function metEvents(page: Page): Promise<readonly MetEvent[]> {
  const { received, shown } = await page.evaluate<Watch>('window.watch');
  return Object.entries(received).map(([at, receivedMs]) => ({
    recordedMs: Date.parse(at),
    receivedMs,
    shownMs: shown[at] ?? null,
  }));
}
