import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { agentWorkRescued, serviceCrashed, type Envelope } from "@gastown/contracts";
import { keptFile } from "@gastown/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { git } from "../e2e/source-repository.ts";
import { checkRepositories } from "./check-chaos.ts";
import { untold } from "./check-told.ts";

// What a run of chaos would call a violation, made by hand.
const rig = { town: "chaos-1", rig: "rig-1" };
const bead = { ...rig, bead: "ra-1", title: "Do b-001", file: "work/b-001.txt", traces: "traces/b-001.txt" };
let state: string;
let clone: string;
const check = () => checkRepositories(state, { beads: [bead], rigs: [rig] });

function write(file: string, text: string): void {
  mkdirSync(dirname(join(clone, file)), { recursive: true });
  appendFileSync(join(clone, file), text);
  git(clone, "add", "-A");
  git(clone, "commit", "-qm", `Write ${file}`);
}
/** An agent's commits on a branch, and the merge of its pull request. */
function merge(number: number): void {
  git(clone, "checkout", "-q", "main");
  git(clone, "merge", "-q", "--no-ff", "-m", `Merge pull request #${number}: ${bead.title}`, "work");
  git(clone, "push", "-q", "origin", "main");
}
/** An agent left a trace and noted it. */
function note(trace: string): void {
  const home = join(state, "agents", rig.town, "agents", "ra-a", "home");
  mkdirSync(home, { recursive: true });
  appendFileSync(join(home, keptFile), `${trace}\n`);
}

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "gastown-check-"));
  const forge = join(state, "forge", rig.town, "rig-1.git");
  mkdirSync(forge, { recursive: true });
  git(forge, "init", "-q", "--bare", "--initial-branch=main");
  clone = join(state, "agents", rig.town, "clones", rig.rig, "ra-a");
  mkdirSync(clone, { recursive: true });
  git(clone, "init", "-q", "--initial-branch=main");
  git(clone, "remote", "add", "origin", forge);
  write("README.md", "hello\n");
  git(clone, "push", "-q", "origin", "main");
  git(clone, "checkout", "-q", "-b", "work");
  note("1-committed");
  write(bead.traces, "1-committed\n");
  write(bead.file, "done\n");
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

test("a bead that is merged once, with all its traces, is well", () => {
  merge(1);
  expect(check()).toEqual([]);
});

test("a bead that is not merged is told, and so are commits that are in the clone only", () => {
  expect(check()).toEqual([
    expect.stringContaining("ra-1 (Do b-001) was merged 0 times"),
    expect.stringContaining("trace 1-committed of agent ra-a in chaos-1 is on no branch"),
    expect.stringMatching(/refs\/heads\/work of rig-1 in chaos-1 \(\w{40}\) is not on the forge/),
  ]);
});

test("a bead that is merged twice is told", () => {
  merge(1);
  git(clone, "checkout", "-q", "work");
  write("more.txt", "more\n");
  merge(2);
  expect(check()).toEqual([expect.stringContaining("was merged 2 times")]);
});

test("work that came to the default branch twice is told", () => {
  merge(1);
  write(bead.file, "done again\n");
  git(clone, "push", "-q", "origin", "main");
  expect(check()).toEqual([expect.stringContaining("came to main 2 times")]);
});

test("a trace that no branch has is told, on a rescue branch it is well", () => {
  merge(1);
  note("2-written");
  expect(check()).toEqual([expect.stringContaining("trace 2-written")]);
  git(clone, "checkout", "-q", "-b", "gt/rescue/work/1");
  writeFileSync(join(clone, bead.traces), "2-written\n");
  git(clone, "commit", "-qam", "WIP");
  git(clone, "push", "-q", "origin", "HEAD");
  expect(check()).toEqual([]);
});

test("a rescue branch, and a kill of the services, that no event tells of is told", () => {
  git(clone, "push", "-q", "origin", "work:refs/heads/gt/rescue/work/1");
  const done = { rigs: [rig], servers: [71, 72] };
  const event = (type: string, data: object): Envelope => ({ type, townid: rig.town, data }) as Envelope;
  const run = {
    service: "gastown",
    run: "r-1",
    host: "h",
    startedAt: "2026-11-23T00:00:00.000Z",
    at: null,
    error: null,
  };
  const crash = event(serviceCrashed.type, { ...run, pid: 71 });
  expect(untold(state, done, [crash])).toEqual([
    "gt/rescue/work/1 of rig-1 in chaos-1 was told by no event dispatcher.agent.work_rescued",
    "the kill of the server 72 is told by no event installation.service.crashed",
  ]);
  const place = { rig: rig.rig, agent: null, bead: null, branch: "work", pushedTo: "gt/rescue/work/1" };
  const rescued = { ...place, head: "0".repeat(40), why: "moved_on", at: run.startedAt, container: "chaos-1-1" };
  const all = [crash, event(serviceCrashed.type, { ...run, pid: 72 }), event(agentWorkRescued.type, rescued)];
  expect(untold(state, done, all)).toEqual([]);
});
