import { gzipSync } from "node:zlib";
import { ask } from "@gastown/bus";
import {
  closePull,
  getPull,
  listPulls,
  mergePull,
  openPull,
  registerRepo,
  reportRig,
  repoCredential,
  reviewPull,
  setDraft,
} from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { describe, expect, test } from "vitest";
import { newRig, readyRig, useWorld } from "./test/forge-world.ts";
import { commit, git, gitFails, tempFolder } from "./test/sample-repo.ts";

const world = useWorld(useServers());
const noise = () => Array.from({ length: 100_000 }, () => Math.random().toString(36)).join("\n");
const cloneUrl = (town: string) => `${world.scm.url}/git/${town}/app.git`;
const mergesOnMain = async (town: string) => {
  const folder = await tempFolder();
  await git(folder, "clone", "--quiet", "--bare", cloneUrl(town), ".");
  return (await git(folder, "log", "--merges", "--format=%s", "main")).split("\n").filter(Boolean);
};

describe("a rig's repository", () => {
  test("is imported, told, and can be cloned by a person without a token", async () => {
    const rig = await readyRig(world);
    expect(rig.told(reportRig)).toEqual([
      { rig: "app", state: "ready", defaultBranch: "main", cloneUrl: cloneUrl(rig.town), reason: null },
    ]);
    expect(await eventually(() => rig.events("scm.repo.registered")[0] ?? null)).toMatchObject({
      rig: "app",
      defaultBranch: "main",
    });
    const folder = await tempFolder();
    await git(folder, "clone", "--quiet", cloneUrl(rig.town), "work");
    expect(await git(`${folder}/work`, "show", "HEAD:a.txt")).toBe("one");
  });

  test("that cannot be imported is told with what to do; registering again mends it", async () => {
    const rig = await newRig(world);
    const wish = { check: null, requiredApprovals: 0, defaultBranch: null };
    await rig.send(registerRepo, { ...wish, source: "/nowhere" });
    const [failed] = await eventually(() => (rig.told(reportRig).length === 1 ? rig.told(reportRig) : null));
    expect(failed).toMatchObject({ state: "failed", cloneUrl: null });
    expect(failed?.reason).toMatch(/could not clone \/nowhere .*Add the rig again/s);
    await rig.send(registerRepo, { ...wish, source: rig.source });
    await eventually(() => rig.told(reportRig).at(-1)?.state === "ready");
    const other = await rig.send(registerRepo, { ...wish, source: "/elsewhere" });
    expect(other).toMatchObject({ outcome: "refused", code: "wrong_state" });
    await rig.send(registerRepo, { ...wish, source: rig.source });
    await eventually(() => rig.told(reportRig).length === 3);
  });

  test("has no credential before it can be used, and no page", async () => {
    await expect(
      ask(world.bus, repoCredential, { town: "nowhere", data: { rig: "app", agent: "gt-1" } }),
    ).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await fetch(`${cloneUrl("nowhere")}/info/refs?service=git-upload-pack`)).status).toBe(404);
    expect((await fetch(`${world.scm.url}/git/%2e%2e/app.git/info/refs?service=git-upload-pack`)).status).toBe(404);
    expect((await fetch(`${world.scm.url}/healthz`)).status).toBe(200);
  });
});

describe("pushing", () => {
  test("an agent pushes branches of work; the default branch and all else is refused with what to do", async () => {
    const rig = await readyRig(world);
    const work = await rig.cloneAsAgent();
    await commit(work, { "c.txt": "three\n" });
    await git(work, "push", "--quiet", "origin", "HEAD:gt/toast/gt-1");
    await git(work, "push", "--quiet", "origin", "HEAD:convoy/gt-2");
    expect(await gitFails(work, "push", "origin", "HEAD:main")).toContain("'main' is protected: open a pull request");
    expect(await gitFails(work, "push", "origin", "+HEAD:main")).toContain("open a pull request");
    expect(await gitFails(work, "push", "origin", ":main")).toContain("prohibited");
    expect(await gitFails(work, "push", "origin", "HEAD:feature")).toContain("begin with gt/");
    expect(await gitFails(work, "push", "origin", "HEAD:refs/tags/v1")).toContain("begin with gt/");
    const refs = await git(work, "ls-remote", "origin");
    expect(refs).not.toMatch(/feature|v1/);
    // Rework rewrites its own branch.
    await git(work, "commit", "--quiet", "--amend", "-m", "again");
    await git(work, "push", "--quiet", "--force", "origin", "HEAD:gt/toast/gt-1");
  });

  test("needs a token of this rig that we signed", async () => {
    const [rig, other] = [await readyRig(world), await readyRig(world)];
    const work = await rig.cloneAsAgent();
    await commit(work, { "c.txt": "three\n" });
    expect(await gitFails(work, "push", cloneUrl(rig.town), "HEAD:gt/a/gt-1")).toContain("could not read Username");
    const { data } = await ask(world.bus, repoCredential, { town: other.town, data: { rig: "app", agent: "gt-1" } });
    const foreign = new URL(cloneUrl(rig.town));
    foreign.username = "x";
    foreign.password = data.password;
    expect(await gitFails(work, "push", foreign.href, "HEAD:gt/a/gt-1")).toContain("403");
    foreign.password = `${data.password}x`;
    expect(await gitFails(work, "push", foreign.href, "HEAD:gt/a/gt-1")).toContain("Authentication failed");
    const challenge = await fetch(`${cloneUrl(rig.town)}/info/refs?service=git-receive-pack`);
    expect(challenge.status).toBe(401);
    expect(challenge.headers.get("www-authenticate")).toContain("Basic");
  });

  test("a compressed request is understood", async () => {
    const rig = await readyRig(world);
    const answer = await fetch(`${cloneUrl(rig.town)}/git-upload-pack`, {
      method: "POST",
      headers: {
        "content-type": "application/x-git-upload-pack-request",
        "content-encoding": "gzip",
        "git-protocol": "version=2",
      },
      body: gzipSync("0014command=ls-refs\n0000"),
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("refs/heads/main");
  });

  test("large requests stream both ways", async () => {
    const rig = await readyRig(world);
    const work = await rig.cloneAsAgent();
    await git(work, "checkout", "--quiet", "-b", "gt/toast/gt-1");
    const head = await commit(work, { "big.txt": noise(), "bigger.txt": noise() });
    for (let n = 0; n < 25; n += 1) await git(work, "branch", `gt/many/gt-${n}`, "HEAD");
    // A small post buffer makes git send the pack in chunks, without a length.
    await git(work, "-c", "http.postBuffer=65536", "push", "--quiet", "origin", "refs/heads/gt/*");
    const folder = await tempFolder();
    await git(folder, "clone", "--quiet", "-b", "gt/toast/gt-1", cloneUrl(rig.town), "work");
    expect(await git(`${folder}/work`, "rev-parse", "HEAD")).toBe(head);
  });
});

describe("a pull request", () => {
  test("is opened, told ready, merged pinned to its head, told merged, and its branch is gone", async () => {
    const rig = await readyRig(world);
    const { number, head, branch } = await rig.openPull("gt-1", { "c.txt": "three\n" });
    const ready = await rig.untilTold(number, "ready", head);
    expect(ready).toMatchObject({ bead: "gt-1", causes: [], mergeCommit: null });
    expect((await fetch(ready.url)).status).toBe(200);
    expect(await (await fetch(ready.url)).text()).toContain("+three");
    expect(await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head })).toMatchObject({
      outcome: "applied",
    });
    const merged = await rig.untilTold(number, "merged", head);
    expect(await mergesOnMain(rig.town)).toEqual([`Merge pull request #${number}: Do gt-1`]);
    expect(rig.reports(number).map((report) => report.revision)).toEqual(rig.reports(number).map((_, i) => i + 1));
    await eventually(async () => !(await git(rig.source, "ls-remote", cloneUrl(rig.town))).includes(branch));
    expect(await rig.pull(number)).toMatchObject({ state: "merged", mergeCommit: merged.mergeCommit });
    expect(await (await fetch(ready.url)).text()).toContain("+three");
    await eventually(() => rig.events("scm.pr.merged").length === 1);
    expect(rig.events("scm.pr.opened")).toEqual([
      { bead: "gt-1", rig: "app", number, head: branch, base: "main", headCommit: head, title: "Do gt-1" },
    ]);
    await eventually(() =>
      expect(rig.events("scm.pr.state-changed").map((event) => event["to"])).toEqual(["ready", "merged"]),
    );
    // Asked again: the same answer, and no second merge.
    expect(await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head })).toMatchObject({
      result: { state: "merged" },
    });
    await rig.send(openPull, { bead: "gt-1", head: branch, base: "main", title: "Do gt-1", body: "" });
    await eventually(() => rig.reports(number).length >= 3);
    expect(await mergesOnMain(rig.town)).toHaveLength(1);
  });

  test("of a branch that is not there yet is opened when it is pushed", async () => {
    const rig = await readyRig(world);
    const branch = "gt/toast/gt-1";
    await rig.send(openPull, { bead: "gt-1", head: branch, base: "main", title: "Early", body: "" });
    const work = await rig.cloneAsAgent();
    const head = await commit(work, { "c.txt": "three\n" });
    await git(work, "push", "--quiet", "origin", `HEAD:${branch}`);
    expect(await rig.untilTold(1, "ready", head)).toMatchObject({ bead: "gt-1" });
  });

  test("is one a bead: asked for again it is told again, with other words", async () => {
    const rig = await readyRig(world);
    const { number, branch } = await rig.openPull("gt-1", { "c.txt": "three\n" });
    const { revision } = await rig.untilTold(number, "ready");
    const again = await rig.send(openPull, {
      bead: "gt-1",
      head: branch,
      base: "main",
      title: "Better words",
      body: "",
    });
    expect(again).toMatchObject({ outcome: "applied", result: { number } });
    await eventually(() => (rig.reports(number).at(-1)?.revision ?? 0) > revision);
    expect((await rig.pull(number)).title).toBe("Better words");
    const { data } = await ask(world.bus, listPulls, { town: rig.town, data: {} });
    expect(data.items).toHaveLength(1);
  });

  test("in conflict is told with the files; a push that resolves them makes it ready", async () => {
    const rig = await readyRig(world);
    const first = await rig.openPull("gt-1", { "a.txt": "mine\n" });
    const second = await rig.openPull("gt-2", { "a.txt": "yours\n" });
    await rig.untilTold(second.number, "ready");
    await rig.send(mergePull, { number: first.number, bead: "gt-1", expectedHead: first.head });
    const conflict = await rig.untilTold(second.number, "conflicts");
    expect(conflict.causes[0]?.message).toContain("a.txt");
    const work = await rig.cloneAsAgent();
    await git(work, "checkout", "--quiet", second.branch);
    await git(work, "merge", "--quiet", "-X", "ours", "origin/main", "-m", "resolve");
    await git(work, "push", "--quiet", "origin", second.branch);
    await rig.untilTold(second.number, "ready", await git(work, "rev-parse", "HEAD"));
  });

  test("whose head moved is not merged with the old one", async () => {
    const rig = await readyRig(world);
    const { number, head, branch } = await rig.openPull("gt-1", { "c.txt": "three\n" });
    await rig.untilTold(number, "ready", head);
    const work = await rig.cloneAsAgent();
    await git(work, "checkout", "--quiet", branch);
    const later = await commit(work, { "d.txt": "four\n" });
    await git(work, "push", "--quiet", "origin", branch);
    const verdict = await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head });
    await rig.untilTold(number, "ready", later);
    expect(["refused", "applied"]).toContain(verdict.outcome);
    expect(await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head })).toMatchObject({
      outcome: "refused",
      code: "stale",
    });
    expect(await mergesOnMain(rig.town)).toEqual([]);
    expect((await rig.pull(number)).state).toBe("ready");
  });

  test("can be a draft, and be closed; then the bead may have another", async () => {
    const rig = await readyRig(world);
    const { number, head, branch } = await rig.openPull("gt-1", { "c.txt": "three\n" }, { draft: true });
    await rig.untilTold(number, "draft");
    expect(await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head })).toMatchObject({
      code: "wrong_state",
    });
    expect(await rig.send(setDraft, { number, draft: false })).toMatchObject({ outcome: "applied" });
    await rig.untilTold(number, "ready");
    expect(await rig.pull(number)).toMatchObject({ state: "ready", draft: false });
    expect(await rig.send(closePull, { number, reason: "not wanted" })).toMatchObject({ outcome: "applied" });
    await rig.untilTold(number, "closed");
    expect((await rig.pull(number)).state).toBe("closed");
    expect(await eventually(() => rig.events("scm.pr.closed")[0] ?? null)).toMatchObject({ reason: "not wanted" });
    expect(await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head })).toMatchObject({
      code: "wrong_state",
    });
    expect(await rig.send(setDraft, { number, draft: true })).toMatchObject({ code: "wrong_state" });
    expect(await rig.send(closePull, { number, reason: "" })).toMatchObject({ outcome: "applied" });
    await rig.send(openPull, { bead: "gt-1", head: branch, base: "main", title: "Again", body: "" });
    await rig.untilTold(number + 1, "ready", head);
  });

  test("that is not there is a terminal answer", async () => {
    const rig = await readyRig(world);
    const head = "a".repeat(40);
    expect(await rig.send(mergePull, { number: 7, bead: "gt-1", expectedHead: head })).toMatchObject({
      outcome: "terminal",
      code: "pr_not_found",
    });
    expect(await rig.send(reviewPull, { number: 7, reviewer: "user:ann", verdict: "approve" })).toMatchObject({
      code: "pr_not_found",
    });
    expect(await rig.send(closePull, { number: 7, reason: "" })).toMatchObject({ code: "pr_not_found" });
    expect(await rig.send(setDraft, { number: 7, draft: true })).toMatchObject({ code: "pr_not_found" });
    const unknown = await newRig(world);
    const opening = { bead: "gt-1", head: "gt/a/gt-1", base: "main", title: "x", body: "" };
    expect(await unknown.send(openPull, opening)).toMatchObject({ outcome: "terminal", code: "rig_not_found" });
    await expect(ask(world.bus, getPull, { town: rig.town, data: { rig: "app", number: 7 } })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("lists are paged, newest first, and filtered by state", async () => {
    const rig = await readyRig(world);
    const one = await rig.openPull("gt-1", { "1.txt": "1" });
    const two = await rig.openPull("gt-2", { "2.txt": "2" }, { draft: true });
    const three = await rig.openPull("gt-3", { "3.txt": "3" });
    const page = await ask(world.bus, listPulls, { town: rig.town, data: { limit: 2 } });
    expect(page.data.items.map((pull) => pull.number)).toEqual([three.number, two.number]);
    const rest = await ask(world.bus, listPulls, { town: rig.town, data: { limit: 2, after: page.data.next ?? "" } });
    expect(rest.data).toMatchObject({ items: [{ number: one.number }], next: null });
    const drafts = await ask(world.bus, listPulls, { town: rig.town, data: { rig: "app", state: ["draft"] } });
    expect(drafts.data.items.map((pull) => pull.number)).toEqual([two.number]);
    await expect(ask(world.bus, listPulls, { town: rig.town, data: { after: "x" } })).rejects.toMatchObject({
      code: "invalid",
    });
  });
});

describe("approvals", () => {
  test("of people on the head count, of agents never", async () => {
    const rig = await readyRig(world, { requiredApprovals: 1 });
    const { number, head } = await rig.openPull("gt-1", { "c.txt": "three\n" });
    await rig.untilTold(number, "awaiting_approval", head);
    expect(await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head })).toMatchObject({
      code: "wrong_state",
    });
    const byAgent = await rig.send(reviewPull, { number, reviewer: "agent:gt-5", verdict: "approve" }, "rule:review");
    expect(byAgent.result).toMatchObject({ review: "required", approvals: { given: 0, required: 1 } });
    const asPerson = await rig.send(reviewPull, { number, reviewer: "user:ann", verdict: "approve" }, "agent:gt-5");
    expect(asPerson).toMatchObject({ outcome: "refused", code: "invalid" });
    const stale = await rig.send(reviewPull, {
      number,
      reviewer: "user:ann",
      verdict: "approve",
      expectedHead: "b".repeat(40),
    });
    expect(stale).toMatchObject({ code: "stale" });
    const byAnn = await rig.send(reviewPull, { number, reviewer: "user:ann", verdict: "approve" });
    expect(byAnn.result).toMatchObject({ review: "approved", commit: head });
    await rig.untilTold(number, "ready", head);
    expect((await rig.pull(number)).state).toBe("ready");
    expect((await rig.pull(number)).reviews.map((review) => review.reviewer)).toEqual(["agent:gt-5", "user:ann"]);
    await eventually(() => expect(rig.events("scm.pr.reviewed")).toHaveLength(2));
    await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head });
    await rig.untilTold(number, "merged");
  });

  test("a push takes approvals back; an objection of an agent ends with its head, one of a person waits for that person", async () => {
    const rig = await readyRig(world, { requiredApprovals: 0 });
    const { number, branch } = await rig.openPull("gt-1", { "c.txt": "three\n" });
    const work = await rig.cloneAsAgent();
    await git(work, "checkout", "--quiet", branch);
    const push = async (text: string) => {
      const head = await commit(work, { "c.txt": text });
      await git(work, "push", "--quiet", "origin", branch);
      return head;
    };
    await rig.send(
      reviewPull,
      { number, reviewer: "agent:gt-5", verdict: "request_changes", body: "rename c" },
      "rule:review",
    );
    const objected = await rig.untilTold(number, "changes_requested");
    expect(objected.causes[0]?.message).toContain("rename c");
    await rig.untilTold(number, "ready", await push("renamed\n"));
    await rig.send(reviewPull, { number, reviewer: "user:bob", verdict: "request_changes", body: "no" });
    await rig.untilTold(number, "changes_requested");
    const waiting = await rig.untilTold(number, "awaiting_approval", await push("better\n"));
    expect(waiting.causes[0]?.message).toContain("user:bob");
    await rig.send(reviewPull, { number, reviewer: "user:bob", verdict: "approve" });
    await rig.untilTold(number, "ready");
  });

  test("settings of a rig hold for what is open", async () => {
    const rig = await readyRig(world);
    const { number } = await rig.openPull("gt-1", { "c.txt": "three\n" });
    await rig.untilTold(number, "ready");
    await rig.send(registerRepo, { source: rig.source, check: null, requiredApprovals: 1, defaultBranch: null });
    const waiting = await rig.untilTold(number, "awaiting_approval");
    expect(waiting.causes[0]?.message).toContain("0 of 1 required approvals");
  });
});

describe("checks", () => {
  test("run on the head; red is told with the log, and green after a push", async () => {
    const rig = await readyRig(world, { check: "grep -q fixed c.txt || { echo c.txt is not fixed; exit 1; }" });
    const { number, head, branch } = await rig.openPull("gt-1", { "c.txt": "broken\n" });
    const failing = await rig.untilTold(number, "checks_failing", head);
    expect(failing.causes[0]?.message).toContain("c.txt is not fixed");
    expect(rig.reports(number)[0]?.state).toBe("checks_pending");
    const work = await rig.cloneAsAgent();
    await git(work, "checkout", "--quiet", branch);
    const fixed = await commit(work, { "c.txt": "fixed\n" });
    await git(work, "push", "--quiet", "origin", branch);
    await rig.untilTold(number, "ready", fixed);
    const { checks } = await rig.pull(number);
    expect(checks.map(({ commit: on, state }) => ({ on, state }))).toEqual([
      { on: head, state: "failure" },
      { on: fixed, state: "success" },
    ]);
    await eventually(() => rig.events("scm.check.completed").length === 2);
    await eventually(() => expect(rig.events("scm.check.started")).toHaveLength(2));
    // Another command makes another check of the same head.
    await rig.send(registerRepo, { source: rig.source, check: "false", requiredApprovals: 0, defaultBranch: null });
    await rig.untilTold(number, "checks_failing", fixed);
  });
});
