import { access } from "node:fs/promises";
import { isAlive } from "@gastown/service";
import { beforeAll, expect, test } from "vitest";
import { commit, git, sampleRepo } from "../../test/sample-repo.ts";
import { createGit } from "./git.ts";
import { runCheck, sweepCheck, type CheckTrace } from "./run-check.ts";

const path = process.env["PATH"] ?? "";
let repo: string;
let first: string;

beforeAll(async () => {
  repo = await sampleRepo();
  first = await git(repo, "rev-parse", "HEAD");
  await commit(repo, { "a.txt": "later\n" });
});

interface Order {
  command: string;
  timeoutMs?: number;
  signal?: AbortSignal;
  onStart?: (trace: CheckTrace) => void;
}

async function check({ command, timeoutMs = 30_000, signal = new AbortController().signal, onStart }: Order) {
  const traces: CheckTrace[] = [];
  const started = (trace: CheckTrace) => {
    traces.push(trace);
    onStart?.(trace);
    return Promise.resolve();
  };
  const run = { git: createGit({ path }), repo, commit: first, path, timeoutMs, signal, command, onStart: started };
  return { end: await runCheck(run), trace: traces[0] as CheckTrace };
}

const isThere = (folder: string) =>
  access(folder).then(
    () => true,
    () => false,
  );

test("runs on exactly the commit, and leaves nothing", async () => {
  const { end, trace } = await check({ command: "cat a.txt && git rev-parse HEAD && git status --short" });
  expect(end).toEqual({ state: "success", log: `one\n${first}\n` });
  expect(await isThere(trace.folder)).toBe(false);
});

test("a failing command is a failure, with both outputs", async () => {
  const { end } = await check({ command: "echo out; echo err >&2; exit 3" });
  expect(end.state).toBe("failure");
  expect(end.log).toContain("out\n");
  expect(end.log).toContain("err\n");
});

test("sees nothing of our environment", async () => {
  process.env["SCM_TOKEN_SECRET"] = "must not leak";
  const { end } = await check({ command: "env" });
  delete process.env["SCM_TOKEN_SECRET"];
  expect(end.log).not.toContain("leak");
  expect(end.log).toContain("CI=true");
  expect(end.log).not.toContain(`HOME=${process.env["HOME"]}\n`);
});

test("a command that takes too long is ended, with all it started", async () => {
  const { end, trace } = await check({ command: "echo begun; (setsid sleep 300 &) ; sleep 300", timeoutMs: 700 });
  expect(end.state).toBe("timed_out");
  expect(end.log).toContain("begun");
  expect(await isAlive(trace.group)).toBe(false);
  expect(await isThere(trace.folder)).toBe(false);
});

test("what it leaves in the background is ended, and does not hold it up", async () => {
  const began = Date.now();
  const { end } = await check({ command: "sleep 300 & echo done" });
  expect(end).toEqual({ state: "success", log: "done\n" });
  expect(Date.now() - began).toBeLessThan(20_000);
});

test("keeps the end of a long output", async () => {
  const { end } = await check({ command: "seq 1 5000" });
  expect(end.log).toMatch(/^\[\.\.\.\]\n4801\n[\s\S]*\n5000\n$/);
});

test("ends with the service", async () => {
  const stop = new AbortController();
  let trace: CheckTrace | undefined;
  const running = check({
    command: "sleep 300",
    signal: stop.signal,
    onStart: (started) => {
      trace = started;
      stop.abort();
    },
  });
  await expect(running).rejects.toThrow(/abort/);
  expect(trace && (await isAlive(trace.group))).toBe(false);
});

test("what a dead service left is swept", async () => {
  const { promise: told, resolve: tell } = Promise.withResolvers<CheckTrace>();
  const running = check({ command: "sleep 300", onStart: tell });
  const trace = await told;
  await sweepCheck(trace);
  expect(await isAlive(trace.group)).toBe(false);
  expect((await running).end.state).toBe("failure");
  await sweepCheck(trace);
});
