import { expect, test } from "vitest";
import { nextCursor } from "./next-cursor.ts";

test.each([
  ['<https://api.github.com/app/hook/deliveries?per_page=100&cursor=v1_123>; rel="next"', "v1_123"],
  ['<https://x/?cursor=a>; rel="prev", <https://x/?cursor=b>; rel="next"', "b"],
  ['<https://x/?cursor=a>; rel="prev"', null],
  ['<https://x/?page=2>; rel="next"', null],
  ['<nonsense>; rel="next"', null],
  ["", null],
])("%s", (link, cursor) => {
  expect(nextCursor(link, "cursor")).toBe(cursor);
});
