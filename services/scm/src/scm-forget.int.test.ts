import { access } from "node:fs/promises";
import { ask } from "@gastown/bus";
import {
  closePull,
  createBranch,
  followPull,
  forgetTown,
  getPull,
  mergePull,
  openPull,
  registerRepo,
  reportRig,
  reviewPull,
} from "@gastown/contracts";
import { isAlive, type ProcessRecord } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { eventually, useServers } from "@gastown/testkit";
import { expect, test } from "vitest";
import { bareOf, query, readyRig, useWorld, type Rig } from "./test/forge-world.ts";
import { git, gitFails } from "./test/sample-repo.ts";

const lines: string[] = [];
const logger = createLogger("scm", { level: "warn", destination: { write: (line: string) => void lines.push(line) } });
const world = useWorld(useServers(), { logger });

const rowsOf = async (town: string) => {
  const counts = ["repos", "pulls", "branches"].map(
    (table) => `(select count(*) from scm.${table} where town = '${town}')`,
  );
  const [row] = await query(
    world,
    `select (${counts.join(" + ")})::int as rows, (select count(*) from scm.checks)::int as checks`,
  );
  return row;
};
const isGone = (path: string) =>
  access(path).then(
    () => false,
    () => true,
  );

async function runningCheck(): Promise<{ group: ProcessRecord; folder: string }> {
  return eventually(async () => {
    const [row] = await query(world, "select runner from scm.checks where runner is not null");
    return (row?.["runner"] as { group: ProcessRecord; folder: string } | undefined) ?? null;
  });
}

test("a rig that is forgotten leaves nothing: no check, no repository, no row; others of its town stay", async () => {
  const rig = await readyRig(world, { check: "sleep 300" });
  const other = await readyRig(world, { town: rig.town, rig: "web" });
  const { number } = await rig.openPull("gt-1", { "c.txt": "three\n" });
  await rig.send(openPull, { bead: "gt-2", head: "gt/a/gt-2", base: "main", title: "Never pushed", body: "" });
  const runner = await runningCheck();
  const verdict = await rig.send(forgetTown, { rigs: ["app"] });
  expect(verdict.result).toEqual({ rigs: ["app"], pulls: [{ rig: "app", number }] });
  await eventually(() => isGone(bareOf(world, rig)));
  await eventually(async () => !(await isAlive(runner.group)) && (await isGone(runner.folder)));
  await eventually(async () => expect(await rowsOf(rig.town)).toEqual({ rows: 1, checks: 0 }));
  await expect(ask(world.bus, getPull, { town: rig.town, data: { rig: "app", number } })).rejects.toMatchObject({
    code: "not_found",
  });
  await eventually(() => rig.events("scm.pr.closed").length === 1);
  expect(rig.events("scm.pr.closed")).toEqual([{ bead: "gt-1", rig: "app", number, reason: "its rig was deleted" }]);
  expect(rig.events("scm.check.completed")).toEqual([]);
  expect(rig.reports(number).map((report) => report.state)).toEqual(["checks_pending"]);

  await other.cloneAsAgent();
  expect((await rig.send(forgetTown, { rigs: null })).result).toEqual({ rigs: ["web"], pulls: [] });
  await eventually(() => isGone(`${world.config.reposDir}/${rig.town}`));
  expect((await rig.send(forgetTown, { rigs: null })).result).toEqual({ rigs: [], pulls: [] });
  await eventually(async () => expect(await rowsOf(rig.town)).toEqual({ rows: 0, checks: 0 }));
});

test("a late command about it is terminal, warned of once, and brings nothing back", async () => {
  const rig = await readyRig(world);
  const { number, head, branch } = await rig.openPull("gt-1", { "c.txt": "three\n" });
  await rig.send(forgetTown, { rigs: null });
  const opening = { bead: "gt-1", head: branch, base: "main", title: "Late", body: "" };
  const late = [
    [rig.send(openPull, opening), "rig_not_found"],
    [rig.send(createBranch, { branch: "convoy/x/head" }), "rig_not_found"],
    [rig.send(followPull, { number, bead: "gt-2" }), "rig_not_found"],
    [rig.send(mergePull, { number, bead: "gt-1", expectedHead: head }), "pr_not_found"],
    [rig.send(closePull, { number, reason: "" }), "pr_not_found"],
    [rig.send(reviewPull, { number, reviewer: "user:ann", verdict: "approve" }), "pr_not_found"],
  ] as const;
  for (const [sent, code] of late) {
    const verdict = await sent;
    expect(verdict).toMatchObject({ outcome: "terminal", code });
    expect(lines.filter((line) => line.includes(verdict.command))).toHaveLength(1);
  }
  await eventually(() => isGone(`${world.config.reposDir}/${rig.town}`));
  await eventually(async () => expect(await rowsOf(rig.town)).toEqual({ rows: 0, checks: 0 }));
});

test("a rig of the same name is another one: its own source, numbers from 1, and no old token", async () => {
  const rig = await readyRig(world);
  const work = await rig.cloneAsAgent();
  await rig.openPull("gt-1", { "old.txt": "old\n" });
  await rig.send(forgetTown, { rigs: null });
  const again: Rig = await readyRig(world, { town: rig.town });
  await eventually(() => again.told(reportRig).length === 2);
  expect(await gitFails(work, "push", "origin", "HEAD:gt/toast/gt-1")).toContain("Authentication failed");
  await expect(again.pull(1)).rejects.toMatchObject({ code: "not_found" });
  const bare = bareOf(world, again);
  await eventually(
    async () => (await git(bare, "rev-parse", "main")) === (await git(again.source, "rev-parse", "main")),
  );
  expect(await git(bare, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
  const { number } = await again.openPull("gt-1", { "new.txt": "new\n" });
  expect(number).toBe(1);
  expect(await rowsOf(rig.town)).toMatchObject({ rows: 2 });
  // The other source is accepted: nothing of the first one is in its way.
  const source = { check: null, requiredApprovals: 0, defaultBranch: null, source: rig.source };
  expect(await again.send(registerRepo, source)).toMatchObject({ outcome: "refused", code: "wrong_state" });
});
