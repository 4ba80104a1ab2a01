import type { TerminalView } from "@gastown/contracts";
import { expect, test } from "vitest";
import { pageOfTerminals } from "./terminal-operations.ts";

const ann = { id: "1", name: "ann", scope: "write", town: null } as const;

function terminal(digit: string, openedAt: string, openedBy = "user:ann"): TerminalView {
  const sized = { size: { cols: 80, rows: 24 }, writers: 1, watchers: 0, lastOutputAt: null, lastTypedAt: null };
  return { session: digit.repeat(32), agent: "gt-1", program: "shell", openedAt, openedBy, ...sized };
}
const early = terminal("f", "2026-11-23T10:00:00.000Z", "user:bob");
const late = terminal("1", "2026-11-23T11:00:00.000Z");
const twin = terminal("2", "2026-11-23T11:00:00.000Z");

test("the oldest first, each once over all pages, and whose they are", () => {
  const open = [late, early, twin];
  const all = pageOfTerminals(open, { limit: 50 }, ann);
  expect(all).toEqual({
    items: [
      { ...early, mine: false },
      { ...late, mine: true },
      { ...twin, mine: true },
    ],
    next: null,
  });
  const first = pageOfTerminals(open, { limit: 2 }, ann);
  expect(first.items).toEqual(all.items.slice(0, 2));
  const second = pageOfTerminals(open, { limit: 2, after: first.next ?? "" }, ann);
  expect(second).toEqual({ items: all.items.slice(2), next: null });
  // One that has ended meanwhile is no stumbling block.
  expect(pageOfTerminals([twin], { limit: 2, after: first.next ?? "" }, ann).items).toEqual([{ ...twin, mine: true }]);
});
