import { ask, newEnvelope, publishRaw, sendCommand } from "@gastown/bus";
import {
  closePull,
  followPull,
  getScmVerdict,
  mergePull,
  openPull,
  openUnownedPull,
  refusePull,
  reportPull,
  reviewPull,
  subjectOf,
} from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { expect, test } from "vitest";
import { bareOf, newRig, query, readyRig, useWorld, type Rig } from "./test/forge-world.ts";
import { git } from "./test/sample-repo.ts";

const world = useWorld(useServers());

/** A pull request that a person opened, and nobody follows. */
async function proposed(rig: Rig, name: string) {
  const { branch, head } = await rig.push(name, { [`${name}.txt`]: `${name}\n` });
  const verdict = await rig.send(openUnownedPull, { head: branch, title: `Mine: ${name}` });
  expect(verdict).toMatchObject({ outcome: "applied", result: { number: expect.any(Number) } });
  return { number: Number(verdict.result?.["number"]), branch, head };
}

test("a person's pull request is checked and judged like any other, and nobody in the town is told", async () => {
  const rig = await readyRig(world, { check: "test -f gt-1.txt", requiredApprovals: 1 });
  const { number, branch, head } = await proposed(rig, "gt-1");
  await eventually(async () => (await rig.pull(number)).state === "awaiting_approval");
  expect(await rig.pull(number)).toMatchObject({ bead: null, head: branch, base: "main", headCommit: head });
  await rig.send(reviewPull, { number, reviewer: "user:bob", verdict: "approve" });
  await eventually(async () => (await rig.pull(number)).state === "ready");
  await eventually(() => rig.events("scm.pr.state-changed").at(-1)?.["to"] === "ready");
  await eventually(() => expect(rig.events("scm.pr.opened")).toMatchObject([{ bead: null, number, head: branch }]));
  await eventually(() => expect(rig.events("scm.check.completed")).toMatchObject([{ bead: null, state: "success" }]));
  expect(await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head })).toMatchObject({
    code: "pr_not_found",
  });
  await rig.send(closePull, { number, reason: "never mind" });
  await eventually(() => rig.events("scm.pr.closed").length === 1);
  expect(rig.told(reportPull)).toEqual([]);
});

test("a proposal that cannot be opened is refused, and leaves nothing", async () => {
  const rig = await readyRig(world);
  const { number, branch } = await proposed(rig, "gt-1");
  const none = await rig.push("gt-2", { "x.txt": "x" });
  await git(bareOf(world, rig), "update-ref", `refs/heads/${none.branch}`, "main");
  const cases = [
    { given: { head: "gt/a/none" }, code: "invalid", message: "head: branch gt/a/none is not in the repository" },
    { given: { head: branch, base: "next" }, code: "already_exists", message: `pull request ${number}` },
    { given: { head: none.branch, base: "next" }, code: "invalid", message: "base: branch next" },
    { given: { head: none.branch }, code: "wrong_state", message: "nothing to merge" },
    { given: { head: "main" }, code: "invalid", message: "into itself" },
  ];
  for (const { given, code, message } of cases) {
    const verdict = await rig.send(openUnownedPull, { title: "Mine", ...given });
    expect(verdict).toMatchObject({ outcome: "refused", code, message: expect.stringContaining(message) });
  }
  const unknown = await newRig(world);
  const nowhere = await unknown.send(openUnownedPull, { title: "Mine", head: branch });
  expect(nowhere).toMatchObject({ outcome: "terminal", code: "rig_not_found" });
  expect(await query(world, `select number from scm.pulls where town = '${rig.town}'`)).toEqual([{ number }]);
});

test("a proposal whose verdict could not be stored is the same pull request when it comes again", async () => {
  const rig = await readyRig(world);
  const { branch } = await rig.push("gt-1", { "c.txt": "three\n" });
  const data = { rig: "app", head: branch, title: "Mine" };
  const envelope = newEnvelope(openUnownedPull, { town: rig.town, data, actor: "user:ann", source: "/test" });
  const first = await sendCommand(world.bus, openUnownedPull, envelope, { timeoutMs: 20_000 });
  expect(first).toMatchObject({ outcome: "applied", result: { number: 1 } });
  await query(world, `delete from scm.inbox where msg_id = '${envelope.id}'`);
  const subject = subjectOf(openUnownedPull, rig.town);
  await publishRaw(world.bus, { subject, body: JSON.stringify(envelope), id: `${envelope.id}-again` });
  const { verdict } = await eventually(async () => {
    const { data: stored } = await ask(world.bus, getScmVerdict, { town: rig.town, data: { command: envelope.id } });
    return stored.verdict === null ? null : stored;
  });
  expect(verdict).toEqual(first);
  expect(await query(world, `select number from scm.pulls where town = '${rig.town}'`)).toEqual([{ number: 1 }]);
});

test("a pull request is told under the bead that follows it, at once and whenever it is asked again", async () => {
  const rig = await readyRig(world);
  const { number, branch, head } = await proposed(rig, "gt-1");
  expect(await rig.send(followPull, { number, bead: "gt-7" })).toMatchObject({ outcome: "applied" });
  const first = await rig.untilTold(number, "ready", head);
  expect(first).toMatchObject({ bead: "gt-7", branch, base: "main" });
  await rig.send(followPull, { number, bead: "gt-7" });
  await eventually(() => (rig.reports(number).at(-1)?.revision ?? 0) > first.revision);
  await rig.send(mergePull, { number, bead: "gt-7", expectedHead: head });
  const merged = await rig.untilTold(number, "merged");
  await rig.send(followPull, { number, bead: "gt-7" });
  await eventually(() => (rig.reports(number).at(-1)?.revision ?? 0) > merged.revision);
  expect(rig.told(refusePull)).toEqual([]);
});

test("what cannot be followed is told to the town", async () => {
  const rig = await readyRig(world);
  const followed = await proposed(rig, "gt-1");
  const closed = await proposed(rig, "gt-2");
  const free = await proposed(rig, "gt-3");
  await rig.send(followPull, { number: followed.number, bead: "gt-7" });
  await rig.send(closePull, { number: closed.number, reason: "no" });
  const cases = [
    { number: 99, bead: "gt-8", verdict: { outcome: "terminal", code: "pr_not_found" }, code: "pr_not_found" },
    { number: closed.number, bead: "gt-9", verdict: { outcome: "refused" }, code: "pr_closed" },
    { number: followed.number, bead: "gt-a", verdict: { outcome: "refused" }, code: "already_followed" },
    { number: free.number, bead: "gt-7", verdict: { outcome: "refused" }, code: "bead_has_pull" },
  ];
  for (const { number, bead, verdict } of cases)
    expect(await rig.send(followPull, { number, bead })).toMatchObject(verdict);
  await eventually(() => rig.told(refusePull).length === cases.length);
  expect(rig.told(refusePull)).toEqual(
    cases.map(({ bead, code }) => ({ rig: "app", bead, code, reason: expect.stringMatching(/\w/) })),
  );
});

test("a bead whose branch a person proposed takes that pull request over", async () => {
  const rig = await readyRig(world);
  const { number, branch } = await proposed(rig, "gt-1");
  const opening = { bead: "gt-1", head: branch, base: "main", title: "Do gt-1", body: "" };
  expect(await rig.send(openPull, opening)).toMatchObject({ result: { number } });
  expect(await rig.untilTold(number, "ready")).toMatchObject({ bead: "gt-1" });
  expect(rig.told(refusePull)).toEqual([]);
});

test("`since` stays while a state lasts, however often it is read, and a person's close is told at once", async () => {
  const rig = await readyRig(world, { requiredApprovals: 1 });
  const { number, branch } = await rig.openPull("gt-1", { "c.txt": "three\n" });
  const { since, revision } = await rig.untilTold(number, "awaiting_approval");
  await rig.send(reviewPull, { number, reviewer: "agent:gt-5", verdict: "approve" }, "rule:review");
  await rig.send(openPull, { bead: "gt-1", head: branch, base: "main", title: "Do gt-1", body: "" });
  const again = await eventually(() => rig.reports(number).find((report) => report.revision > revision) ?? null);
  expect(again).toMatchObject({ state: "awaiting_approval", since });
  await rig.send(closePull, { number, reason: "not wanted" });
  const closed = await rig.untilTold(number, "closed");
  expect(Date.parse(closed.since)).toBeGreaterThan(Date.parse(since));
});
