import type { Schema } from "@gastown/client";
import { expect, test } from "vitest";
import { chooseTerminal } from "./choose-terminal.ts";
import { sessionOf } from "./terminal-list.ts";

type Terminal = Schema<"Terminal">;
const left: Terminal = {
  session: "a".repeat(32),
  agent: "gt-1",
  program: "shell",
  openedAt: "2026-11-23T10:00:00.000Z",
  openedBy: "user:ann",
  mine: true,
  size: { cols: 80, rows: 24 },
  writers: 0,
  watchers: 0,
  lastOutputAt: null,
  lastTypedAt: null,
};
const other: Terminal = { ...left, session: "b".repeat(32) };

test.each<[string, Terminal[], string | null, RegExp]>([
  ["nothing is open", [], null, /^nothing is said$/],
  [
    "your own, which nobody is in",
    [left],
    left.session,
    /back in your terminal of 2026-11-23T10:00:00Z.*attach toast --new/,
  ],
  ["your own that is only watched", [{ ...left, watchers: 2 }], left.session, /back in/],
  ["you are in it elsewhere", [{ ...left, writers: 1 }], null, /also open: aaaaaaaa \(user:ann\).*--session/],
  ["somebody else's", [{ ...left, mine: false, openedBy: "user:bob" }], null, /also open: aaaaaaaa \(user:bob\)/],
  ["another program's", [{ ...left, program: "agent" }], null, /also open/],
  [
    "two of yours: the one used last",
    [{ ...left, lastTypedAt: "2026-11-23T11:00:00.000Z" }, other],
    left.session,
    /back/,
  ],
])("without a name, when %s", (_, open, session, note) => {
  const choice = chooseTerminal(open, { agent: "toast", program: "shell" });
  expect(choice.session).toBe(session);
  expect(choice.note ?? "nothing is said").toMatch(note);
});

test("a terminal is named by how its id begins, when that is one's alone", () => {
  const third = { ...left, session: `a${"c".repeat(31)}` };
  expect(sessionOf([left, other], "bb")).toBe(other.session);
  expect(() => sessionOf([left, third], "a")).toThrow(/Several/);
  expect(() => sessionOf([left], "b")).toThrow(/No terminal b is open/);
});
