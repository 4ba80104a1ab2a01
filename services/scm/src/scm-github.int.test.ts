import { closePull, followPull, mergePull, openPull, refusePull, reviewPull } from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { beforeEach, expect, test } from "vitest";
import { mutationsOf, useGithub } from "./test/github-world.ts";
import { query } from "./test/forge-world.ts";

const github = useGithub(useServers());
const minute = 60_000;
/** Heads get no checks unless a test makes some, and nobody waits for them. */
const quick = { merge: { expectChecks: false } };
const mergeRoute = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge";

beforeEach(() => github.double.forgetRequests());

test("a pull request is opened, told ready, merged pinned to its head, and told merged", async () => {
  const rig = await github.rig(quick);
  const { number, head } = await rig.openPull("gt-1");
  const merged = await rig.mergeWhenReady(number, head);
  expect(merged.mergeCommit).toBe(rig.onGithub(number).mergeCommit);
  expect(rig.onGithub(number)).toMatchObject({ state: "MERGED", mergedBy: `${github.double.app.slug}[bot]` });
  await eventually(() => rig.repository.git.tip("gt/toast/gt-1") === null);
  expect(mutationsOf(github.double.requests).filter((route) => route === mergeRoute)).toHaveLength(1);
});

/** How many rows a question about the service's tables has, by the simulated clock. */
async function ask(text: string): Promise<number> {
  const config = { ...github.world.config, databaseUrl: github.clock.url("scm") };
  return (await query({ ...github.world, config }, text)).length;
}

test("a person merges it, or closes it: both are seen by webhook", async () => {
  const rig = await github.rig(quick);
  await github.double.world.rules.set(rig.repository, "main", { requiredApprovals: 1 });
  const one = await rig.openPull("gt-1");
  const two = await rig.openPull("gt-2");
  await rig.untilTold(one.number, "awaiting_approval");
  await rig.untilTold(two.number, "awaiting_approval");
  github.double.world.pulls.close(rig.onGithub(two.number), "ann");
  await rig.untilTold(two.number, "closed");
  await github.double.world.reviews.submit(rig.onGithub(one.number), { by: "ann", state: "APPROVED" });
  await rig.untilTold(one.number, "ready");
  await github.double.world.merging.force(rig.onGithub(one.number), { by: "bob" });
  await rig.untilTold(one.number, "merged");
  expect(mutationsOf(github.double.requests)).not.toContain(mergeRoute);
});

test("an approval whose webhook was lost is found by the sweep", async () => {
  const { double, clock } = github;
  const rig = await github.rig(quick);
  await double.world.rules.set(rig.repository, "main", { requiredApprovals: 1 });
  const { number } = await rig.openPull("gt-1");
  await rig.untilTold(number, "awaiting_approval");
  await github.heard();
  const { url } = double.deliveries;
  double.deliveries.url = null;
  await double.world.reviews.submit(rig.onGithub(number), { by: "ann", state: "APPROVED" });
  double.deliveries.url = url;
  await clock.pass(61 * minute);
  expect(await rig.untilTold(number, "ready")).toMatchObject({ causes: [] });
});

test("a merge whose answer was lost is read back, and made once", async () => {
  const { double, clock } = github;
  const rig = await github.rig(quick);
  const { number, head } = await rig.openPull("gt-1");
  const { bead } = await rig.untilTold(number, "ready", head);
  double.faults.errorAfterMerge = 1;
  await rig.send(mergePull, { number, bead, expectedHead: head });
  await clock.pass(1_000);
  await rig.untilTold(number, "merged");
  expect(mutationsOf(double.requests).filter((route) => route === mergeRoute)).toHaveLength(1);
});

test("a merge that did not happen is made again once that is sure, half a minute later", async () => {
  const { double, clock } = github;
  const rig = await github.rig(quick);
  const { number, head } = await rig.openPull("gt-1");
  const { bead } = await rig.untilTold(number, "ready", head);
  double.faults.errorBeforeMerge = 1;
  await rig.send(mergePull, { number, bead, expectedHead: head });
  const merges = () => mutationsOf(double.requests).filter((route) => route === mergeRoute).length;
  await eventually(() => merges() === 1);
  await clock.pass(10_000);
  expect(merges()).toBe(1);
  await clock.pass(21_000);
  await rig.untilTold(number, "merged");
  expect(merges()).toBe(2);
});

test("an objection between the reading and the merge is refused by GitHub, once, and nothing more is tried", async () => {
  const { double } = github;
  const rig = await github.rig(quick);
  await double.world.rules.set(rig.repository, "main", { requiredApprovals: 1 });
  const { number, head } = await rig.openPull("gt-1");
  await double.world.reviews.submit(rig.onGithub(number), { by: "ann", state: "APPROVED" });
  const { bead } = await rig.untilTold(number, "ready", head);
  double.faults.beforeMerge = async (pull) => {
    double.faults.beforeMerge = null;
    await double.world.reviews.submit(pull, { by: "ann", state: "CHANGES_REQUESTED", body: "Rename it." });
  };
  await rig.send(mergePull, { number, bead, expectedHead: head });
  const report = await rig.untilTold(number, "changes_requested");
  expect(report.causes[0]?.message).toContain("Rename it.");
  await rig.send(mergePull, { number, bead, expectedHead: head });
  expect(mutationsOf(double.requests).filter((route) => route === mergeRoute)).toHaveLength(1);
});

test("a branch that is behind is brought up to date, once for a base", async () => {
  const { double } = github;
  const rig = await github.rig({ merge: { expectChecks: false } });
  await double.world.rules.set(rig.repository, "main", { strict: true, requiredChecks: ["test"] });
  const { number, head } = await rig.openPull("gt-1");
  await double.world.checks.run(rig.repository, head, { name: "test", conclusion: "SUCCESS" });
  await rig.untilTold(number, "ready", head);
  await double.world.branches.commit(rig.repository, { branch: "main", files: { "b.txt": "two\n" }, by: "ann" });
  await eventually(() => rig.onGithub(number).headOid !== head, { timeoutMs: 20_000 });
  const updated = rig.onGithub(number).headOid;
  await rig.untilTold(number, "checks_pending", updated);
  await double.world.checks.run(rig.repository, updated, { name: "test", conclusion: "SUCCESS" });
  await rig.mergeWhenReady(number, updated);
  const updates = mutationsOf(double.requests).filter(
    (route) => route.includes("update-branch") || route.includes("updatePullRequestBranch"),
  );
  expect(updates).toHaveLength(1);
});

test("a merge queue is asked when the base requires it", async () => {
  const { double } = github;
  const rig = await github.rig(quick);
  await double.world.rules.set(rig.repository, "main", { mergeQueue: "squash" });
  const { number, head } = await rig.openPull("gt-1");
  const { bead } = await rig.untilTold(number, "ready", head);
  await rig.send(mergePull, { number, bead, expectedHead: head });
  await rig.untilTold(number, "queued");
  // Queued, its checks, mergeable, merged.
  for (let n = 0; n < 3; n += 1) await double.world.queue.advance(rig.repository, "main");
  await rig.untilTold(number, "merged");
  expect(mutationsOf(double.requests)).not.toContain(mergeRoute);
});

test("what the merge queue lets go is told as blocked, until there is another head", async () => {
  const { double } = github;
  const rig = await github.rig(quick);
  await double.world.rules.set(rig.repository, "main", { mergeQueue: "squash" });
  const { number, head, branch } = await rig.openPull("gt-1");
  const { bead } = await rig.untilTold(number, "ready", head);
  await rig.send(mergePull, { number, bead, expectedHead: head });
  await rig.untilTold(number, "queued");
  double.world.queue.eject(rig.onGithub(number), "CI_FAILURE");
  const report = await rig.untilTold(number, "blocked", head);
  expect(report.causes[0]?.message).toContain("merge queue let it go");
  const pushed = await double.world.branches.commit(rig.repository, { branch, files: { "d.txt": "x" }, by: "ann" });
  await rig.untilTold(number, "ready", pushed);
});

test("failing checks and unresolved threads come with what was said, asked for once", async () => {
  const { double } = github;
  const rig = await github.rig(quick);
  await double.world.rules.set(rig.repository, "main", { requiredChecks: ["test"], conversationResolution: true });
  const { number, head } = await rig.openPull("gt-1", { draft: true });
  await double.world.checks.run(rig.repository, head, {
    name: "test",
    conclusion: "FAILURE",
    log: "expected 1, got 2",
  });
  double.world.threads.open(rig.onGithub(number), { by: "ann", body: "Why this?", path: "a.txt", line: 1 });
  const report = await eventually(() => {
    const last = rig.reports(number).at(-1);
    const said = last?.causes.map(({ message }) => message).join("\n") ?? "";
    if (!said.includes("Why this?") || !said.includes("expected 1, got 2")) throw new Error(said);
    return last ?? null;
  });
  expect(report.state).toBe("draft");
  expect(report.causes.map(({ state }) => state)).toEqual(
    expect.arrayContaining(["draft", "checks_failing", "unresolved_threads"]),
  );
});

test("a pull request of a person is adopted; a closed one and one of a fork are refused with the reason", async () => {
  const { double } = github;
  const rig = await github.rig(quick);
  const open = async (branch: string, fork?: string) => {
    const at = fork === undefined ? {} : { fork };
    await double.world.branches.commit(rig.repository, { branch, files: { [`${branch}.txt`]: "x" }, by: "ann", ...at });
    return double.world.pulls.open(rig.repository, { head: branch, title: `Add ${branch}`, by: "ann", ...at });
  };
  const [mine, closed, foreign] = [await open("mine"), await open("closed"), await open("foreign", "mallory")];
  double.world.pulls.close(closed, "ann");
  expect(await rig.send(followPull, { number: mine.number, bead: "gt-1" })).toMatchObject({ outcome: "applied" });
  await rig.mergeWhenReady(mine.number);
  expect(rig.repository.git.tip("mine")).not.toBeNull();
  expect(await rig.send(followPull, { number: closed.number, bead: "gt-2" })).toMatchObject({ outcome: "refused" });
  expect(await rig.send(followPull, { number: foreign.number, bead: "gt-3" })).toMatchObject({ outcome: "refused" });
  expect(await rig.send(followPull, { number: 99, bead: "gt-4" })).toMatchObject({ code: "pr_not_found" });
  await eventually(() => rig.told(refusePull).length === 3);
  expect(rig.told(refusePull).map(({ code }) => code)).toEqual(["pr_closed", "foreign_branch", "pr_not_found"]);
});

test("a pull request that somebody opened for the branch already is the bead's", async () => {
  const rig = await github.rig(quick);
  const branch = "gt/toast/gt-1";
  await github.double.world.branches.commit(rig.repository, { branch, files: { "b.txt": "x" }, by: "ann" });
  const { number } = await github.double.world.pulls.open(rig.repository, { head: branch, title: "Mine", by: "ann" });
  await rig.send(openPull, { bead: "gt-1", head: branch, base: "main", title: "Do it", body: "", draft: false });
  await rig.untilTold(number, "ready");
  expect(rig.repository.pulls.size).toBe(1);
});

test("an approval through us is refused: it would be ours", async () => {
  const rig = await github.rig(quick);
  const { number } = await rig.openPull("gt-1");
  const review = { number, reviewer: "user:ann", body: "" };
  expect(await rig.send(reviewPull, { ...review, verdict: "approve" })).toMatchObject({ code: "invalid" });
  await rig.send(closePull, { number, reason: "changed my mind" });
  await rig.untilTold(number, "closed");
  expect(rig.onGithub(number).state).toBe("CLOSED");
});

test("a forge that has enough of us is left alone for as long as it says, and no attempt is counted", async () => {
  const { double, clock } = github;
  const rig = await github.rig(quick);
  const { number, head } = await rig.openPull("gt-1");
  const { bead } = await rig.untilTold(number, "ready", head);
  await clock.pass(6_000);
  double.faults.secondaryLimit = { times: 1, retryAfterSeconds: 120 };
  await rig.send(mergePull, { number, bead, expectedHead: head });
  await eventually(
    async () => (await ask(`select 1 from scm.repos where town = '${rig.town}' and paused_until > now()`)) === 1,
  );
  const asked = () => double.requests.filter(({ installation }) => installation === rig.installation).length;
  const before = asked();
  await clock.pass(60_000);
  expect(asked()).toBe(before);
  await clock.pass(61_000);
  await rig.untilTold(number, "merged");
});

test("a merge that is wished while it waits is left to GitHub's own auto-merge, where the rig says so", async () => {
  const { double } = github;
  const rig = await github.rig({ merge: { expectChecks: false, delegate: "native" } });
  double.world.repositories.configure(rig.repository, { autoMerge: true });
  await double.world.rules.set(rig.repository, "main", { requiredApprovals: 1 });
  const { number, head } = await rig.openPull("gt-1");
  const { bead } = await rig.untilTold(number, "awaiting_approval", head);
  expect(await rig.send(mergePull, { number, bead, expectedHead: head })).toMatchObject({ outcome: "applied" });
  await eventually(() => rig.onGithub(number).autoMerge !== null);
  await double.world.reviews.submit(rig.onGithub(number), { by: "ann", state: "APPROVED" });
  await rig.untilTold(number, "merged");
  expect(mutationsOf(double.requests)).not.toContain(mergeRoute);
});

test("two are merged into one base five seconds apart", async () => {
  const { double, clock } = github;
  const rig = await github.rig(quick);
  const pulls = [await rig.openPull("gt-1"), await rig.openPull("gt-2")];
  for (const { number } of pulls) {
    const { bead, head } = await rig.untilTold(number, "ready");
    await rig.send(mergePull, { number, bead, expectedHead: head });
  }
  const merges = () => double.requests.filter(({ route }) => route === mergeRoute);
  await eventually(() => merges().length === 1);
  await clock.pass(20_000);
  for (const { number } of pulls) await rig.untilTold(number, "merged");
  const [first, second] = merges().map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(5_000);
});
