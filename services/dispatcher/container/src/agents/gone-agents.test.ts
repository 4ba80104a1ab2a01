import { expect, test } from "vitest";
import { goneAgents } from "./gone-agents.ts";

test.each([
  { registered: true, inUse: false, gone: false, why: "rests between two beads" },
  { registered: true, inUse: true, gone: false, why: "works, or is a mayor that is got ready" },
  { registered: false, inUse: true, gone: false, why: "was deleted and has not ended yet, or is still got ready" },
  { registered: false, inUse: false, gone: true, why: "was collected, or deleted with its bead or rig" },
])("an agent that $why: gone is $gone", ({ registered, inUse, gone }) => {
  const known = { left: ["gt-9"], registered: new Set(registered ? ["gt-8", "gt-9"] : ["gt-8"]), inUse: () => inUse };
  expect(goneAgents(known)).toEqual(gone ? ["gt-9"] : []);
});

test("who has no files here is nobody's concern", () => {
  expect(goneAgents({ left: [], registered: new Set(), inUse: () => false })).toEqual([]);
});
