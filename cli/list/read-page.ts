import { everyPage } from '../every-page.ts';
import type { Listed, ListFlags } from './listing.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export const usualLimit = 50;

/** One page, from the cursor on; with `--all` every page. */
export async function readPage<Item>(
  { limit = usualLimit, cursor, all }: ListFlags,
  read: (request: { readonly limit: number; readonly cursor: string | undefined }) => Promise<Page<Item>>,
): Promise<Listed<Item>> {
  if (all) return { items: await everyPage(read), cursor: null };
  const { items, next } = await read({ limit, cursor });
  return { items, cursor: next };
}
