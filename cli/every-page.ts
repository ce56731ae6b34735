/** A page of a list, as the api answers it. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

// Not an interface: those are never taken for the record that a query is.
type PageRequest = { readonly limit: number; readonly cursor: string | undefined };

/** All items of a list, page by page. */
export async function everyPage<Item>(read: (request: PageRequest) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await read({ limit: 200, cursor });
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = page.next;
  }
}
