interface Page<Item> {
  seq: number | null;
  data: { items: Item[]; next: string | null };
}

/** Beads can be long, and an answer is 1 MiB at most. */
const pageSize = 50;

/** The first `limit` items of a list, page by page. `seq` is the first page's: what changed later is not missed. */
export async function listUpTo<Item>(
  limit: number,
  fetchPage: (query: { limit: number; after?: string }) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const first = await fetchPage({ limit: Math.min(limit, pageSize) });
  const items = [...first.data.items];
  let { next } = first.data;
  while (next !== null && items.length < limit) {
    const page = await fetchPage({ limit: Math.min(limit - items.length, pageSize), after: next });
    items.push(...page.data.items);
    ({ next } = page.data);
  }
  return { seq: first.seq, data: { items, next } };
}
