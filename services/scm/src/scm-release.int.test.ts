import { followPull, openPull, openUnownedPull, refusePull, releasePull, reportPull } from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { expect, test } from "vitest";
import { query, readyRig, useWorld } from "./test/forge-world.ts";

const world = useWorld(useServers());
const reason = "gt-1 was deleted";

test("a pull request whose bead is gone is closed, and the town is told nothing more of it", async () => {
  const rig = await readyRig(world);
  const { number } = await rig.openPull("gt-1", { "c.txt": "three\n" });
  await rig.untilTold(number, "ready");
  const told = rig.told(reportPull).length;
  expect(await rig.send(releasePull, { bead: "gt-1", close: true, reason })).toMatchObject({ result: { number } });
  await eventually(() => rig.events("scm.pr.closed").length === 1);
  expect(rig.events("scm.pr.closed")).toMatchObject([{ bead: null, number, reason }]);
  expect(await rig.pull(number)).toMatchObject({ state: "closed", bead: null });
  expect(await rig.send(releasePull, { bead: "gt-1", close: true, reason })).toMatchObject({
    result: { number: null },
  });
  expect(rig.told(reportPull)).toHaveLength(told);
});

test("one that is not opened yet is not opened for it any more", async () => {
  const rig = await readyRig(world);
  const opening = { bead: "gt-1", head: "gt/a/gt-1", base: "main", title: "Never pushed", body: "" };
  await rig.send(openPull, opening);
  expect(await rig.send(releasePull, { bead: "gt-1", close: true, reason })).toMatchObject({ outcome: "applied" });
  const { number } = await rig.openPull("gt-2", { "c.txt": "three\n" });
  await rig.untilTold(number, "ready");
  expect(await query(world, `select status, bead from scm.pulls where town = '${rig.town}' order by seq`)).toEqual([
    { status: "opening", bead: null },
    { status: "open", bead: "gt-2" },
  ]);
  expect(rig.told(refusePull)).toEqual([]);
});

test("one that was adopted stays open, and another bead may follow it", async () => {
  const rig = await readyRig(world);
  const { branch } = await rig.push("gt-1", { "c.txt": "three\n" });
  const number = Number((await rig.send(openUnownedPull, { head: branch, title: "Mine" })).result?.["number"]);
  await rig.send(followPull, { number, bead: "gt-7" });
  await rig.untilTold(number, "ready");
  await rig.send(releasePull, { bead: "gt-7", close: false, reason });
  expect(await rig.pull(number)).toMatchObject({ state: "ready", bead: null });
  expect(await rig.send(followPull, { number, bead: "gt-8" })).toMatchObject({ outcome: "applied" });
  await eventually(() => rig.told(reportPull).some(({ bead }) => bead === "gt-8"));
});

test("of a bead without one, or whose one has ended, nothing changes", async () => {
  const rig = await readyRig(world);
  expect(await rig.send(releasePull, { bead: "gt-1", close: true, reason })).toMatchObject({
    result: { number: null },
  });
  const { number } = await rig.openPull("gt-1", { "c.txt": "three\n" });
  await rig.untilTold(number, "ready");
  await query(world, `update scm.pulls set status = 'merged' where town = '${rig.town}'`);
  expect(await rig.send(releasePull, { bead: "gt-1", close: true, reason })).toMatchObject({ result: { number } });
  expect(await query(world, `select bead, close_wish from scm.pulls where town = '${rig.town}'`)).toEqual([
    { bead: "gt-1", close_wish: null },
  ]);
});
