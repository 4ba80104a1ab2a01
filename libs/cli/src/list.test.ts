import { expect, test } from "vitest";
import { listUpTo } from "./list.ts";

const all = Array.from({ length: 450 }, (_, i) => i);
const asked: { limit: number; after?: string }[] = [];
function page(query: { limit: number; after?: string }) {
  asked.push(query);
  const from = Number(query.after ?? 0);
  const end = from + query.limit;
  return Promise.resolve({
    seq: 7 + asked.length,
    data: { items: all.slice(from, end), next: end < all.length ? String(end) : null },
  });
}

test("pages are put together up to the limit; the sequence is the first one's", async () => {
  const { seq, data } = await listUpTo(101, page);
  expect(asked).toEqual([{ limit: 50 }, { limit: 50, after: "50" }, { limit: 1, after: "100" }]);
  expect({ seq, count: data.items.length, next: data.next }).toEqual({ seq: 8, count: 101, next: "101" });
  expect((await listUpTo(1000, page)).data).toEqual({ items: all, next: null });
});
