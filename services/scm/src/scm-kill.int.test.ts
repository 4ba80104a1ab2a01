import { once } from "node:events";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createBranch, mergePull, reportBranch } from "@gastown/contracts";
import { freePort, isAlive, type ProcessRecord } from "@gastown/service";
import { eventually, useServers } from "@gastown/testkit";
import { expect, test } from "vitest";
import { bareOf, mergesOf, query, readyRig, useWorld } from "./test/forge-world.ts";
import { git, tempFolder } from "./test/sample-repo.ts";
import { kill9, pathWithDeadlyGit, startScmProcess } from "./test/scm-process.ts";

// The only scm here is a process that is killed.
const world = useWorld(useServers(), { own: false });

test.each(["before", "after"] as const)(
  "killed -9 right %s the branch is moved: merged once after a restart",
  async (when) => {
    const config = { ...world.config, port: await freePort() };
    const doomed = await startScmProcess(config, await pathWithDeadlyGit(when, "update-ref -m merge refs/heads/main"));
    const rig = await readyRig(world);
    const { number, head } = await rig.openPull("gt-1", { "c.txt": "three\n" });
    await rig.untilTold(number, "ready");
    const killed = once(doomed, "exit");
    await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head });
    expect((await killed)[1]).toBe("SIGKILL");
    expect(await mergesOf(world, rig)).toHaveLength(when === "after" ? 1 : 0);
    const heir = await startScmProcess(config);
    const { mergeCommit } = await rig.untilTold(number, "merged");
    expect(await mergesOf(world, rig)).toEqual([mergeCommit]);
    expect(await query(world, "select distinct result from scm.merge_attempts")).toEqual([{ result: "merged" }]);
    await kill9(heir);
  },
);

test("killed -9 while a check runs: what it left is ended, and the check runs again", async () => {
  const config = { ...world.config, port: await freePort() };
  const doomed = await startScmProcess(config);
  const notes = join(await tempFolder(), "runs");
  const check = `echo $$ >> ${notes}; if [ "$(wc -l < ${notes})" = 1 ]; then sleep 300; fi`;
  const rig = await readyRig(world, { check });
  const { number } = await rig.openPull("gt-1", { "c.txt": "three\n" });
  await eventually(() => access(notes).then(() => true));
  const runner = await eventually(async () => {
    const [row] = await query(world, "select runner from scm.checks where state = 'running' and runner is not null");
    return (row?.["runner"] as { group: ProcessRecord; folder: string } | undefined) ?? null;
  });
  await kill9(doomed);
  expect(await isAlive(runner.group)).toBe(true);
  const heir = await startScmProcess(config);
  await rig.untilTold(number, "ready");
  expect(await isAlive(runner.group)).toBe(false);
  await expect(access(runner.folder)).rejects.toThrow("ENOENT");
  expect((await readFile(notes, "utf8")).trim().split("\n")).toHaveLength(2);
  expect((await rig.pull(number)).checks).toMatchObject([{ state: "success" }]);
  await kill9(heir);
});

test("killed -9 right after a branch is made: it is left as it is, and told after a restart", async () => {
  const config = { ...world.config, port: await freePort() };
  const doomed = await startScmProcess(config, await pathWithDeadlyGit("after", "update-ref -m create"));
  const rig = await readyRig(world);
  const killed = once(doomed, "exit");
  await rig.send(createBranch, { branch: "convoy/x/1/head" });
  expect((await killed)[1]).toBe("SIGKILL");
  const made = await git(bareOf(world, rig), "rev-parse", "convoy/x/1/head");
  expect(rig.told(reportBranch)).toEqual([]);
  const heir = await startScmProcess(config);
  await eventually(() => rig.told(reportBranch).length === 1);
  expect(rig.told(reportBranch)[0]).toMatchObject({ branch: "convoy/x/1/head", state: "ready" });
  expect(await git(bareOf(world, rig), "rev-parse", "convoy/x/1/head")).toBe(made);
  expect(await query(world, "select id from scm.branches")).toEqual([]);
  await kill9(heir);
});
