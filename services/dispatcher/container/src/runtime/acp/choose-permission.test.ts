import type { PermissionOption, ToolCallUpdate } from "@agentclientprotocol/sdk";
import { expect, test } from "vitest";
import { choosePermission } from "./choose-permission.ts";

const all: PermissionOption[] = [
  { optionId: "always", name: "Always", kind: "allow_always" },
  { optionId: "once", name: "Once", kind: "allow_once" },
  { optionId: "no", name: "No", kind: "reject_once" },
];
const at = { cwd: "/town/worktree", home: "/town/home", readOnly: false };
const edit = (path: string): ToolCallUpdate => ({ toolCallId: "c", kind: "edit", locations: [{ path }] });

test.each<[string, ToolCallUpdate, { readOnly?: boolean; options?: PermissionOption[] }, string | null]>([
  ["a command", { toolCallId: "c", kind: "execute" }, {}, "once"],
  ["what has no kind", { toolCallId: "c" }, {}, "once"],
  ["a change in the worktree", edit("/town/worktree/a.txt"), {}, "once"],
  ["a change by a relative path", edit("src/a.txt"), {}, "once"],
  ["a change in its home", edit("/town/home/notes"), {}, "once"],
  ["a change elsewhere", edit("/etc/passwd"), {}, "no"],
  ["a change beside the worktree", edit("../other/a.txt"), {}, "no"],
  ["a change by who only reads", edit("/town/worktree/a.txt"), { readOnly: true }, "no"],
  ["a command of who only reads", { toolCallId: "c", kind: "execute" }, { readOnly: true }, "once"],
  ["where only always is offered", { toolCallId: "c" }, { options: all.slice(0, 1) }, "always"],
  ["where nothing can be refused", edit("/etc/passwd"), { options: all.slice(0, 2) }, null],
])("%s", (_, toolCall, { readOnly = false, options = all }, chosen) => {
  const { outcome } = choosePermission({ toolCall, options }, { ...at, readOnly });
  expect(outcome.outcome === "selected" ? outcome.optionId : null).toBe(chosen);
});
