import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createUsers } from "./users.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gastown-users-"));
  file = join(folder, "users.json");
});
afterEach(() => rmSync(folder, { recursive: true }));
const open = () => createUsers({ file, firstUid: 20_000 });

test("each agent and each rig's store is a user of its own, and stays it", () => {
  const users = open();
  const first = users.agent("gt-1", null);
  const second = users.agent("gt-2", "app");
  expect(first).toEqual({ uid: 20_000, gid: 20_000, groups: [] });
  expect(second?.groups).toEqual([users.store("app")?.gid]);
  const all = [first, second, users.store("app"), users.store("other"), users.programs()].map((user) => user?.uid);
  expect(new Set(all).size).toBe(5);
  const again = open();
  expect([again.agent("gt-2", "app"), again.agent("gt-1", null)]).toEqual([second, first]);
  expect(all).not.toContain(again.agent("gt-3", null)?.uid);
});

test("who is whom is read by nobody else", () => {
  open().agent("gt-1", null);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("a table that is damaged is not made up anew", () => {
  writeFileSync(file, '{"agent/gt-1":"me"}');
  expect(open).toThrow(/users\.json cannot be read/);
});

test("numbers end", () => {
  writeFileSync(file, '{"agent/gt-1":59999}');
  expect(() => open().agent("gt-2", null)).toThrow(/no user number left/);
});
