import {
  closePull,
  createBranch,
  mergePull,
  openPull,
  refusePull,
  registerRepo,
  reportBranch,
} from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { expect, test } from "vitest";
import { bareOf, newRig, query, readyRig, useWorld, type Rig } from "./test/forge-world.ts";
import { commit, git } from "./test/sample-repo.ts";

const world = useWorld(useServers());
const feature = "convoy/add-login/1a2b3c4d/head";

/** A ready rig with a feature branch. */
async function rigWithFeature(settings: Parameters<typeof readyRig>[1] = {}): Promise<Rig> {
  const rig = await readyRig(world, settings);
  await rig.send(createBranch, { branch: feature });
  await eventually(() => rig.told(reportBranch).length === 1);
  return rig;
}

async function merge(rig: Rig, bead: string, { number, head }: { number: number; head: string }) {
  await rig.untilTold(number, "ready", head);
  expect(await rig.send(mergePull, { number, bead, expectedHead: head })).toMatchObject({ outcome: "applied" });
  return rig.untilTold(number, "merged");
}

const landing = (bead: string) => ({ bead, head: feature, base: "main", title: "Land", body: "" });

test("work goes into the feature branch, conflicts are told there, and the branch lands in main", async () => {
  const rig = await rigWithFeature({ check: "test -f a.txt" });
  const bare = bareOf(world, rig);
  expect(await git(bare, "rev-parse", feature)).toBe(await git(bare, "rev-parse", "main"));
  const one = await rig.openPull("gt-1", { "a.txt": "mine\n" }, { base: feature });
  const two = await rig.openPull("gt-2", { "2.txt": "two\n" }, { base: feature });
  const three = await rig.openPull("gt-3", { "a.txt": "theirs\n" }, { base: feature });
  await rig.untilTold(three.number, "ready");
  expect((await merge(rig, "gt-1", one)).base).toBe(feature);
  const conflict = await rig.untilTold(three.number, "conflicts", three.head);
  expect(conflict).toMatchObject({ bead: "gt-3", branch: three.branch, base: feature });
  expect(conflict.causes[0]?.message).toContain(`conflicts with ${feature} in a.txt`);
  await merge(rig, "gt-2", two);
  expect(await git(bare, "rev-list", "--count", "--merges", `main..${feature}`)).toBe("2");
  expect(await git(bare, "show", `${feature}:a.txt`)).toBe("mine");

  await rig.send(openPull, landing("gt-9"));
  const told = await eventually(() => rig.reports(4).at(-1) ?? null);
  expect(told).toMatchObject({ bead: "gt-9", branch: feature, base: "main" });
  const head = await git(bare, "rev-parse", feature);
  const { mergeCommit } = await merge(rig, "gt-9", { number: 4, head });
  expect(await git(bare, "rev-parse", "main")).toBe(mergeCommit);
  expect(await git(bare, "rev-list", "--count", "--first-parent", "--merges", "main")).toBe("1");
  expect(await git(bare, "ls-tree", "--name-only", "main")).toBe("2.txt\na.txt\nb.txt");
  // A live pull request into the feature branch still needs it.
  expect(await git(bare, "rev-parse", feature)).toBe(head);
});

test("a pull request waits for its feature branch; one asked for again is left as it is, and told again", async () => {
  const rig = await readyRig(world);
  const { head, branch } = await rig.push("gt-1", { "1.txt": "one\n" });
  await rig.send(openPull, { bead: "gt-1", head: branch, base: feature, title: "Early", body: "" });
  await rig.send(createBranch, { branch: feature });
  await merge(rig, "gt-1", { number: 1, head });
  const tip = await git(bareOf(world, rig), "rev-parse", feature);
  await rig.send(createBranch, { branch: feature });
  await eventually(() => rig.told(reportBranch).length === 2);
  expect(rig.told(reportBranch)[1]).toEqual({ rig: "app", branch: feature, state: "ready", reason: null });
  expect(await git(bareOf(world, rig), "rev-parse", feature)).toBe(tip);
});

test("a branch of a repository that is still imported is made then; one that cannot be is told with the reason", async () => {
  const rig = await newRig(world);
  expect(await rig.send(createBranch, { branch: feature })).toMatchObject({
    outcome: "terminal",
    code: "rig_not_found",
  });
  const wish = { check: null, requiredApprovals: 0, defaultBranch: null };
  const nowhere = { ...wish, source: "/nowhere" };
  await Promise.all([rig.send(registerRepo, nowhere), rig.send(createBranch, { branch: feature })]);
  const unusable = await eventually(() => rig.told(reportBranch)[0] ?? null);
  expect(unusable).toMatchObject({ state: "failed", reason: expect.stringContaining("/nowhere") });
  await rig.send(registerRepo, { ...wish, source: rig.source });
  for (const branch of [feature, "main/x", "convoy/.x"]) await rig.send(createBranch, { branch });
  await eventually(() => rig.told(reportBranch).length === 4);
  await rig.send(createBranch, { branch: "convoy" });
  await eventually(() => rig.told(reportBranch).length === 5);
  const told = new Map(rig.told(reportBranch).map(({ branch, ...report }) => [branch, report]));
  expect(told.get(feature)).toEqual({ rig: "app", state: "ready", reason: null });
  expect(told.get("main/x")).toMatchObject({
    state: "failed",
    reason: expect.stringContaining("branch main is there"),
  });
  expect(told.get("convoy/.x")).toMatchObject({
    state: "failed",
    reason: expect.stringContaining("no branch of the name"),
  });
  expect(told.get("convoy")).toMatchObject({ state: "failed", reason: expect.stringContaining(feature) });
  expect(await query(world, `select id from scm.branches where town = '${rig.town}'`)).toEqual([]);
});

test("what can never be opened is told to the town; a landing that was closed may be tried again", async () => {
  const rig = await rigWithFeature();
  const refusals = (bead: string) => rig.told(refusePull).filter((refusal) => refusal.bead === bead);
  await rig.send(openPull, landing("gt-1"));
  await eventually(() => refusals("gt-1").length === 1);
  expect(refusals("gt-1")[0]).toMatchObject({
    rig: "app",
    code: "nothing_to_merge",
    reason: expect.stringContaining(feature),
  });
  await rig.send(openPull, landing("gt-1"));
  await eventually(() => refusals("gt-1").length === 2);
  await rig.send(openPull, { ...landing("gt-2"), base: feature });
  await eventually(() => refusals("gt-2")[0]?.code === "head_is_base");

  const work = await rig.cloneAsAgent();
  await commit(work, { "c.txt": "three\n" });
  await git(work, "push", "--quiet", "origin", `HEAD:${feature}`);
  await rig.send(openPull, landing("gt-3"));
  await rig.untilTold(1, "ready");
  expect(await rig.send(openPull, landing("gt-4"))).toMatchObject({ outcome: "refused", code: "wrong_state" });
  await eventually(() => refusals("gt-4")[0]?.code === "head_has_pull");
  await rig.send(openPull, { ...landing("gt-3"), base: "next" });
  await eventually(() => refusals("gt-3")[0]?.code === "bead_has_pull");
  // As the town does it: closed, and opened anew at once.
  await rig.send(closePull, { number: 1, reason: "another attempt" });
  await rig.send(openPull, landing("gt-5"));
  expect(await rig.untilTold(2, "ready")).toMatchObject({ bead: "gt-5" });
  expect(await rig.untilTold(1, "closed")).toMatchObject({ bead: "gt-3" });
});

test("a branch that never comes is told to be missing after some looks, and is waited for anew when asked again", async () => {
  const rig = await readyRig(world);
  const opening = { ...landing("gt-1"), head: "gt/toast/gt-1" };
  const openings = () => query(world, `select id from scm.pulls where town = '${rig.town}'`);
  const wake = `update scm.pulls set next_look_at = now(), version = version + 1 where town = '${rig.town}'; select pg_notify('scm_pulls_due', '')`;
  await rig.send(openPull, opening);
  await query(world, wake);
  expect(await openings()).toHaveLength(1);
  await eventually(
    async () => {
      await query(world, wake);
      expect(rig.told(refusePull)).toMatchObject([{ bead: opening.bead, code: "branch_missing" }]);
    },
    { timeoutMs: 20_000 },
  );
  expect(await openings()).toEqual([]);
  await rig.push("gt-1", { "c.txt": "three\n" });
  await rig.send(openPull, opening);
  await rig.untilTold(1, "ready");
});
