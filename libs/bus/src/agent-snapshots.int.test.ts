import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { forgetSnapshots, loadAgentSnapshot, saveAgentSnapshot, SnapshotError } from "./index.ts";
import { useBus } from "./test/use-bus.ts";
import { wireOf } from "./wire.ts";

const used = useBus();
const about = { session: "ses_1", directory: "/work", program: "opencode" };
const whose = (agent: string, town = "t1") => ({ town, agent });

test("the newest snapshot of an agent comes back whole, whatever its size; nobody else has it", async () => {
  const large = randomBytes(1_000_000);
  await saveAgentSnapshot(used.bus, whose("gt-1"), { ...about, bytes: randomBytes(2_000_000) });
  await saveAgentSnapshot(used.bus, whose("gt-1"), { ...about, bytes: randomBytes(10) });
  const id = await saveAgentSnapshot(used.bus, whose("gt-1"), { ...about, bytes: large });
  const found = await loadAgentSnapshot(used.bus, whose("gt-1"));
  expect(found).toMatchObject({ ...about, id });
  expect(Buffer.compare(found?.bytes ?? Buffer.alloc(0), large)).toBe(0);
  expect(await loadAgentSnapshot(used.bus, whose("gt-2"))).toBeNull();
  expect(await loadAgentSnapshot(used.bus, whose("gt-1", "t2"))).toBeNull();
});

test("one that was half overwritten is told by its checksum", async () => {
  await saveAgentSnapshot(used.bus, whose("gt-3"), { ...about, bytes: randomBytes(500_000) });
  await wireOf(used.bus).stream.publish("snap.t1.gt-3.a.1", "of another snapshot");
  await expect(loadAgentSnapshot(used.bus, whose("gt-3"))).rejects.toThrow(SnapshotError);
  await saveAgentSnapshot(used.bus, whose("gt-3"), { ...about, bytes: Buffer.from("new") });
  expect(Buffer.from((await loadAgentSnapshot(used.bus, whose("gt-3")))?.bytes ?? []).toString()).toBe("new");
});

test("a forgotten town has none, and the others keep theirs", async () => {
  await saveAgentSnapshot(used.bus, whose("gt-4", "t3"), { ...about, bytes: Buffer.from("x") });
  await saveAgentSnapshot(used.bus, whose("gt-4", "t4"), { ...about, bytes: Buffer.from("y") });
  await forgetSnapshots(used.bus, "t3");
  await forgetSnapshots(used.bus, "t3");
  expect(await loadAgentSnapshot(used.bus, whose("gt-4", "t3"))).toBeNull();
  expect(await loadAgentSnapshot(used.bus, whose("gt-4", "t4"))).not.toBeNull();
});
