import { newEnvelope, publish } from "@gastown/bus";
import { mergePull, openPull, registerRepo, reportRig } from "@gastown/contracts";
import { registerTelemetry, span } from "@gastown/telemetry";
import { eventually, startOtlpReceiver, useServers } from "@gastown/testkit";
import { expect, test } from "vitest";
import { newRig, readyRig, useWorld } from "./test/forge-world.ts";
import { commit, git } from "./test/sample-repo.ts";

const world = useWorld(useServers(), { own: false });

test("another address is told to towns whose rigs can be used", async () => {
  const first = await world.startScm();
  const rig = await readyRig(world);
  await first.close();
  const second = await world.startScm({ publicUrl: "http://git.example.org", agentUrl: "http://scm:4801" });
  await eventually(() => rig.told(reportRig).at(-1)?.cloneUrl === `http://git.example.org/git/${rig.town}/app.git`);
  expect(rig.told(reportRig)).toHaveLength(2);
  await second.close();
});

test("commands that came while it was down are done; what it was in the middle of goes on", async () => {
  const first = await world.startScm();
  await eventually(async () => expect(await first.health()).toMatchObject({ ok: true }));
  const rig = await readyRig(world, { check: "sleep 2; test -f c.txt" });
  const { number, head } = await rig.openPull("gt-1", { "c.txt": "three\n" });
  await eventually(() => rig.events("scm.check.started").length === 1);
  await first.close();
  const late = await newRig(world);
  const wish = { rig: "app", source: late.source, check: null, requiredApprovals: 0, defaultBranch: null };
  await publish(
    world.bus,
    registerRepo,
    newEnvelope(registerRepo, { town: late.town, data: wish, actor: "user:ann", source: "/test" }),
  );
  const second = await world.startScm();
  await rig.untilTold(number, "ready", head);
  await eventually(() => late.told(reportRig).length === 1);
  await second.close();
});

test("the check and the merge are in the trace of the commands that led to them", async () => {
  const receiver = await startOtlpReceiver();
  const telemetry = await registerTelemetry({ service: "scm", endpoint: receiver.url });
  const scm = await world.startScm();
  const rig = await readyRig(world, { check: "true" });
  const work = await rig.cloneAsAgent();
  const head = await commit(work, { "c.txt": "three\n" });
  await git(work, "push", "--quiet", "origin", "HEAD:gt/toast/gt-1");
  const traceId = await span("the bead", { root: true }, async (bead) => {
    await rig.send(openPull, { bead: "gt-1", head: "gt/toast/gt-1", base: "main", title: "Traced", body: "" });
    await rig.untilTold(1, "ready", head);
    await rig.send(mergePull, { number: 1, bead: "gt-1", expectedHead: head });
    await rig.untilTold(1, "merged");
    return bead.traceId;
  });
  await scm.close();
  await telemetry.shutdown();
  const names = receiver
    .spans()
    .filter((one) => one.traceId === traceId)
    .map((one) => one.name);
  expect(names).toContain("check check");
  expect(names).toContain("merge");
  expect(names.filter((name) => name === "create evt.{town}.pr.merged")).toHaveLength(1);
  expect(names).toContain("create cmd.town.{town}.pr.report");
  await receiver.close();
});
