import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@gastown/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentUser } from "./agent-user.ts";
import { giveFolder } from "./give-folder.ts";
import { runTask } from "./run-task.ts";
import { existsTask, homeTask, recoveryTask } from "./tasks.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gastown-tasks-"));
  chmodSync(folder, 0o711);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const agent: AgentUser = { uid: 23_456, gid: 23_456, groups: [] };
const other: AgentUser = { uid: 23_457, gid: 23_457, groups: [] };
const { signal } = new AbortController();
const ownerOf = (path: string) => [statSync(path).uid, statSync(path).mode & 0o777];

test("without a user a task is done right here, and a folder is there", async () => {
  await giveFolder(join(folder, "a/b"), null);
  const file = join(folder, "a/b/c.txt");
  await runTask({ user: null, signal }, homeTask, { folders: [], files: [{ path: file, text: "one" }] });
  expect(await runTask({ user: null, signal }, existsTask, { file })).toBe(true);
});

// As in a container, whose host may become others.
const may = process.getuid?.() === 0 && existsSync("/usr/bin/setpriv");
describe.runIf(may)("as another user", () => {
  test("a task works in that user's folder, into which nobody else may look", async () => {
    const home = join(folder, "agents/gt-1/home");
    await giveFolder(home, agent);
    expect([ownerOf(home), ownerOf(join(folder, "agents/gt-1"))]).toEqual([
      [agent.uid, 0o700],
      [0, 0o711],
    ]);
    const file = join(home, "data", "c.txt");
    await runTask({ user: agent, signal }, homeTask, {
      folders: [join(home, "data")],
      files: [{ path: file, text: "one" }],
    });
    expect(readFileSync(file, "utf8")).toBe("one");
    expect(ownerOf(file)[0]).toBe(agent.uid);
    expect(await runTask({ user: other, signal }, existsTask, { file })).toBe(false);
    const told = { folders: [], files: [{ path: file, text: "two" }] };
    await expect(runTask({ user: other, signal }, homeTask, told)).rejects.toThrow(/EACCES: permission denied/);
  });

  test("what an earlier host left as its own is given over, links as such; what is another's is not", async () => {
    const left = join(folder, "home");
    mkdirSync(join(left, "deep"), { recursive: true });
    writeFileSync(join(left, "deep/file"), "");
    writeFileSync(join(folder, "outside"), "");
    symlinkSync(join(folder, "outside"), join(left, "link"));
    await giveFolder(left, agent);
    await giveFolder(left, agent);
    expect([left, join(left, "deep"), join(left, "deep/file")].map((path) => ownerOf(path)[0])).toEqual([
      agent.uid,
      agent.uid,
      agent.uid,
    ]);
    expect(ownerOf(join(folder, "outside"))[0]).toBe(0);
    await expect(giveFolder(left, other)).rejects.toThrow(/belongs to user 23456/);
  });

  test("a task that is not wanted any more is ended, with what it started", async () => {
    const home = join(folder, "home");
    await giveFolder(home, agent);
    // Its git never ends.
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin/git"), `#!/bin/sh\necho $$ > ${home}/pid\nexec sleep 600\n`, { mode: 0o755 });
    const stop = new AbortController();
    const env = { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, HOME: home };
    const work = runTask({ user: agent, signal: stop.signal, rescued: () => undefined }, recoveryTask, {
      git: { cwd: home, env, timeoutMs: 60_000 },
      identity: { home, name: "a", email: "a@b", credentials: { url: "http://h", token: "t" }, trusted: [] },
      unlock: true,
      clone: { path: join(home, "clone"), url: "http://h", defaultBranch: "main", store: home },
      inUse: [],
    });
    const failed = work.then(() => "done", String);
    await eventually(() => expect(readFileSync(join(home, "pid"), "utf8")).toMatch(/\d/), { timeoutMs: 50_000 });
    const pid = readFileSync(join(home, "pid"), "utf8").trim();
    stop.abort(new Error("not any more"));
    expect(await failed).toBe("Error: not any more");
    // Who collects the dead is not this process.
    const lives = () => existsSync(`/proc/${pid}`) && !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    await eventually(() => !lives());
  });
});
