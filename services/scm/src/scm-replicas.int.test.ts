import { mergePull } from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { expect, test } from "vitest";
import { bareOf, mergesOf, query, readyRig, useWorld } from "./test/forge-world.ts";
import { git } from "./test/sample-repo.ts";

const world = useWorld(useServers());

test("a merge that nobody could store is read back, and not made again", async () => {
  const rig = await readyRig(world);
  const { number, head, branch } = await rig.openPull("gt-1", { "c.txt": "three\n" });
  await rig.untilTold(number, "ready");
  const [{ id }] = (await query(world, `select id from scm.pulls where town = '${rig.town}'`)) as [{ id: string }];
  await query(
    world,
    `insert into scm.merge_attempts (pull, fingerprint, expected_head, result, tries) values ('${id}', 'x', '${head}', 'started', 1)`,
  );
  const tree = await git(bareOf(world, rig), "merge-tree", "--write-tree", "main", branch);
  const sha = await git(
    bareOf(world, rig),
    "commit-tree",
    tree,
    "-p",
    "main",
    "-p",
    branch,
    "-m",
    "Merge pull request",
  );
  await git(bareOf(world, rig), "update-ref", "refs/heads/main", sha);
  await rig.send(mergePull, { number, bead: "gt-1", expectedHead: head });
  expect((await rig.untilTold(number, "merged")).mergeCommit).toBe(sha);
  expect(await mergesOf(world, rig)).toHaveLength(1);
  expect(await query(world, `select result, sha from scm.merge_attempts where pull = '${id}'`)).toEqual([
    { result: "merged", sha },
  ]);
});

test("two replicas merge each of many pull requests once", async () => {
  await world.startScm();
  const rig = await readyRig(world);
  const pulls: { number: number; head: string; bead: string }[] = [];
  for (const n of [1, 2, 3, 4, 5])
    pulls.push({ bead: `gt-${n}`, ...(await rig.openPull(`gt-${n}`, { [`${n}.txt`]: `${n}` })) });
  for (const { number } of pulls) await rig.untilTold(number, "ready");
  const wish = ({ number, bead, head }: (typeof pulls)[number]) =>
    rig.send(mergePull, { number, bead, expectedHead: head });
  await Promise.all(pulls.flatMap((pull) => [wish(pull), wish(pull)]));
  for (const { number } of pulls) await rig.untilTold(number, "merged");
  expect(await mergesOf(world, rig)).toHaveLength(5);
  expect(await git(bareOf(world, rig), "ls-tree", "--name-only", "main")).toBe(
    "1.txt\n2.txt\n3.txt\n4.txt\n5.txt\na.txt\nb.txt",
  );
  await eventually(() => rig.events("scm.pr.merged").length === 5);
});
