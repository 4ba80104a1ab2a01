import { ask, QueryError } from "@gastown/bus";
import {
  editPull,
  findPull,
  listThreads,
  registerRepo,
  replyToThread,
  reportRig,
  requestPullReview,
  resolveThread,
} from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { newRig } from "./test/forge-world.ts";
import { mutationsOf, useGithub, type GithubRig } from "./test/github-world.ts";

const github = useGithub(useServers());
const minute = 60_000;
/** Heads get no checks unless a test makes some, and nobody waits for them. */
const quick = { merge: { expectChecks: false } };

beforeEach(() => github.double.forgetRequests());

/** Readings of pull requests, of one or many at once. */
function readingsOf({ installation }: GithubRig): number {
  return github.double.requests.filter((call) => call.installation === installation && call.route === "query pulls")
    .length;
}

/** Waits until every webhook has had its effect and nothing is due. */
async function quiet(): Promise<void> {
  // What a webhook brings about can have webhooks of its own: our status on a head.
  for (let round = 0; round < 3; round += 1) {
    await github.heard();
    await github.clock.pass(2_000);
  }
}

async function waiting(rig: GithubRig, count: number): Promise<number[]> {
  const numbers: number[] = [];
  for (let n = 1; n <= count; n += 1) numbers.push((await rig.openPull(`gt-${n}`)).number);
  for (const number of numbers) await rig.untilTold(number, "awaiting_approval");
  await quiet();
  return numbers;
}

test("the pull requests of a repository that are due are read together, in one request", async () => {
  const { double, clock } = github;
  const rig = await github.rig(quick);
  await double.world.rules.set(rig.repository, "main", { requiredApprovals: 1 });
  const numbers = await waiting(rig, 6);
  const before = readingsOf(rig);
  await clock.pass(61 * minute);
  await eventually(() => readingsOf(rig) > before);
  await quiet();
  for (const number of numbers) expect(rig.reports(number).at(-1)?.state).toBe("awaiting_approval");
  expect(readingsOf(rig) - before).toBe(1);
});

test("after a start everything is read once, together", async () => {
  const { double, config, world, clock } = github;
  const rig = await github.rig(quick);
  await double.world.rules.set(rig.repository, "main", { requiredApprovals: 1 });
  const numbers = await waiting(rig, 3);
  const { url } = double.deliveries;
  double.deliveries.url = null;
  onTestFinished(() => void (double.deliveries.url = url));
  for (const number of numbers)
    await double.world.reviews.submit(rig.onGithub(number), { by: "ann", state: "APPROVED" });
  const before = readingsOf(rig);
  const second = await world.startScm(config, clock.now);
  for (const number of numbers) await rig.untilTold(number, "ready");
  expect(readingsOf(rig) - before).toBe(1);
  await second.close();
});

test("a reading of the past changes nothing: the head that a webhook told of is waited for", async () => {
  const { double } = github;
  const rig = await github.rig(quick);
  const { number, head, branch } = await rig.openPull("gt-1");
  await rig.untilTold(number, "ready", head);
  double.faults.staleReplicaMs = 2_500;
  const pushed = await double.world.branches.commit(rig.repository, { branch, files: { "c.txt": "x" }, by: "ann" });
  await rig.untilTold(number, "ready", pushed);
  double.faults.staleReplicaMs = 0;
  expect(rig.reports(number).map((report) => report.state)).not.toContain("stale_read");
});

test("mergeability that GitHub works out later is nudged once, and waited for", async () => {
  const { double, clock } = github;
  const rig = await github.rig(quick);
  double.mergeability.delayMs = 5_000;
  const { number, head } = await rig.openPull("gt-1");
  await rig.untilTold(number, "unknown", head);
  await clock.pass(5_000);
  await rig.untilTold(number, "ready", head);
  double.mergeability.delayMs = 0;
  const nudges = double.requests.filter(({ route }) => route === "GET /repos/{owner}/{repo}/pulls/{pull_number}");
  expect(nudges).toHaveLength(1);
});

test("a push to the base has all pull requests on it read, one after the other", async () => {
  const { double, clock } = github;
  const rig = await github.rig(quick);
  const one = await rig.openPull("gt-1");
  const two = await rig.openPull("gt-2");
  await rig.untilTold(one.number, "ready");
  await rig.untilTold(two.number, "ready");
  await double.world.branches.commit(rig.repository, { branch: "main", files: { "gt-2.txt": "other" }, by: "ann" });
  await github.heard();
  await clock.pass(60_000);
  await rig.untilTold(two.number, "conflicts");
  expect(rig.reports(one.number).at(-1)?.state).toBe("ready");
});

test("what is done on the forge by command: words, reviewers, threads; what it refuses is told in its words", async () => {
  const { double } = github;
  const rig = await github.rig(quick);
  const { number } = await rig.openPull("gt-1");
  await rig.send(editPull, { number, title: "Better words" });
  expect(rig.onGithub(number).title).toBe("Better words");
  await eventually(async () => (await rig.pull(number)).title === "Better words");
  await rig.send(requestPullReview, { number, reviewers: ["ann"] });
  expect(rig.onGithub(number).requests.map(({ reviewer }) => reviewer)).toEqual(["ann"]);
  double.world.threads.open(rig.onGithub(number), { by: "ann", body: "Why?", path: "a.txt", line: 1 });
  const at = { town: rig.town, data: { rig: rig.rig, number } };
  const [thread] = (await ask(github.world.bus, listThreads, at)).data.items;
  expect(thread).toMatchObject({ resolved: false, file: "a.txt", comments: [{ author: "ann", body: "Why?" }] });
  const id = thread?.id ?? "";
  expect(await rig.send(replyToThread, { number, thread: id, body: "Because." })).toMatchObject({ outcome: "applied" });
  expect(await rig.send(resolveThread, { number, thread: id })).toMatchObject({ outcome: "applied" });
  const [after] = (await ask(github.world.bus, listThreads, at)).data.items;
  expect(after).toMatchObject({ resolved: true, comments: [{ body: "Why?" }, { body: "Because." }] });
  const unknown = await rig.send(resolveThread, { number, thread: "PRRT_unknown" });
  expect(unknown).toMatchObject({ outcome: "refused", code: "invalid" });
  expect(mutationsOf(double.requests).filter((route) => route.includes("Reply"))).toHaveLength(1);
});

test("a pull request is found by its URL; a foreign one and a closed one are told as such", async () => {
  const { double, world } = github;
  const rig = await github.rig(quick);
  const { number } = await rig.openPull("gt-1");
  const find = async (pull: string) => (await ask(world.bus, findPull, { town: rig.town, data: { pull } })).data;
  expect(await find(`${rig.source}/pull/${number}`)).toEqual({ rig: "app", number, refusal: null });
  expect(await find(`${rig.source}/pull/${number}/files?w=1`)).toMatchObject({ number });
  await expect(find(`${double.webUrl}/other/app/pull/1`)).rejects.toThrow(QueryError);
  await expect(find("7")).rejects.toThrow(/rig/);
  double.world.pulls.close(rig.onGithub(number), "ann");
  await rig.untilTold(number, "closed");
  expect((await find(`${rig.source}/pull/${number}`)).refusal).toMatchObject({ code: "pr_closed" });
});

test("explained: what it waits for, who acts next, since when, and when it is looked at again", async () => {
  const { double, clock } = github;
  const rig = await github.rig(quick);
  await double.world.rules.set(rig.repository, "main", { requiredApprovals: 1 });
  const { number } = await rig.openPull("gt-1");
  const report = await rig.untilTold(number, "awaiting_approval");
  await quiet();
  const { explanation } = await rig.pull(number);
  expect(explanation).toMatchObject({
    nextActor: "person",
    since: report.since,
    says: expect.stringContaining("approv"),
  });
  const inMs = Date.parse(explanation.nextLookAt ?? "") - clock.now();
  expect(inMs).toBeGreaterThan(55 * minute);
  expect(inMs).toBeLessThanOrEqual(60 * minute);
});

test("a rig whose forge is not set up fails with what to set", async () => {
  const rig = await newRig(github.world);
  const wish = { source: "https://gitlab.com/acme/app", defaultBranch: null, check: null, requiredApprovals: 0 };
  await rig.send(registerRepo, { ...wish, forge: "gitlab" });
  const told = await eventually(() => rig.told(reportRig).at(-1) ?? null);
  expect(told).toMatchObject({ state: "failed", reason: expect.stringContaining("SCM_GITLAB_TOKEN") });
});

test("what forges are asked, and what that is for each open pull request, can be measured", async () => {
  const rig = await github.rig(quick);
  await rig.openPull("gt-1");
  const { url } = github.double.deliveries;
  const metrics = await (await fetch(new URL("/metrics", url ?? ""))).text();
  expect(metrics).toMatch(/gastown_scm_forge_requests_total\{forge="github",operation="[^"]+"\} [1-9]/);
  expect(metrics).toMatch(/gastown_scm_open_pulls\{forge="github"\} [1-9]/);
  expect(metrics).toMatch(/gastown_scm_forge_requests_per_open_pull_hour\{forge="github"\} [0-9.]+/);
});
