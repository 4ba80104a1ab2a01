import { startNats, type TestNats } from "@gastown/testkit";
import { createLogger } from "@gastown/telemetry";
import { StorageType } from "@nats-io/jetstream";
import { afterEach, describe, expect, test } from "vitest";
import { capabilitiesOf, missingCapabilities } from "../capabilities.ts";
import { connectBus, provision, streams, type Bus } from "../index.ts";
import { shardOf } from "../shard-of.ts";
import { silent } from "../test/silent.ts";
import { wireOf } from "../wire.ts";
import { checkShards } from "./check-shards.ts";
import { ensure } from "./ensure.ts";
import { streamResource } from "./provision.ts";

const open: { bus?: Bus; nats: TestNats }[] = [];

async function start(options: { plain?: boolean } = {}, logger = silent): Promise<Bus> {
  const nats = await startNats(options);
  const entry: (typeof open)[number] = { nats };
  open.push(entry);
  entry.bus = await connectBus({ servers: nats.url, name: "ops", inboxPrefix: "_INBOX_ops", logger });
  return entry.bus;
}

afterEach(async () => {
  for (const { bus, nats } of open.splice(0)) {
    await bus?.close();
    await nats.close();
  }
});

describe("provision", () => {
  test("makes every stream and consumer, and finds all of them as wanted the next time", async () => {
    const bus = await start();
    const first = await provision(bus, { logger: silent });
    const everything = streams.flatMap(({ name, consumers }) => [name, ...consumers.map((c) => `${name}/${c.name}`)]);
    expect(first.created.toSorted()).toEqual(everything.toSorted());
    expect(first).toMatchObject({ updated: [], dropped: [], differs: [], serverVersion: bus.serverVersion });
    expect(first.sharding).toBe(bus.capabilities.subjectTransform ? "transform" : "mapping");

    const again = await provision(bus, { logger: silent });
    expect(again).toMatchObject({ created: [], updated: [], dropped: [], differs: [] });
    expect(again.unchanged.toSorted()).toEqual(everything.toSorted());
  });

  test("leaves no probe behind, and commands get the shard of their town", async () => {
    const bus = await start();
    await provision(bus, { logger: silent });
    const { stream, manager } = wireOf(bus);
    expect((await manager.streams.info("CMD_TOWN")).state.messages).toBe(0);
    for (const town of ["t1", "a", "the-longest-town-name-there-is-00"]) {
      const { seq } = await stream.publish(`cmd.town.${town}.bead.create`, "{}");
      const stored = await manager.streams.getMessage("CMD_TOWN", { seq });
      expect(stored?.subject).toBe(`cmd.town.${town}.bead.create.${shardOf(town, 32)}`);
    }
    const scm = await stream.publish("cmd.scm.t1.pr.open", "{}");
    expect(scm.stream).toBe("CMD_SCM");
  });

  test("several may provision at the same time", async () => {
    const bus = await start();
    const reports = await Promise.all([1, 2, 3].map(() => provision(bus, { logger: silent })));
    for (const { dropped, differs } of reports) expect({ dropped, differs }).toEqual({ dropped: [], differs: [] });
    expect(await provision(bus, { logger: silent })).toMatchObject({
      created: [],
      updated: [],
      dropped: [],
      differs: [],
    });
  });

  test("changes what may be changed, keeps the messages, and tells what cannot be", async () => {
    const bus = await start();
    const { manager, stream } = wireOf(bus);
    // Somebody made it by hand, on memory; and a consumer that delivers less often.
    const terminated = "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED";
    await manager.streams.add({ name: "ADV", subjects: [`${terminated}.>`], storage: StorageType.Memory });
    await stream.publish(`${terminated}.CMD_TOWN.town-1`, "kept");
    await provision(bus, { logger: silent });
    await manager.consumers.update("CMD_TOWN", "town-3", { max_deliver: 2 });

    const report = await provision(bus, { logger: silent });
    expect(report).toMatchObject({ created: [], updated: ["CMD_TOWN/town-3"] });
    expect(report.differs).toEqual([
      expect.objectContaining({ resource: "ADV", setting: "storage", wanted: "file", found: "memory" }) as unknown,
    ]);
    expect((await manager.consumers.info("CMD_TOWN", "town-3")).config.max_deliver).toBe(8);
    const { config, state } = await manager.streams.info("ADV");
    expect(config).toMatchObject({ allow_direct: true, subjects: streams.at(-1)?.subjects });
    expect(state.messages).toBe(1);
  });

  test("tells a setting that the server took and did not keep", async () => {
    const bus = await start();
    const report = await provision(bus, { logger: silent });
    const spec = streams.find(({ name }) => name === "HOOK");
    if (spec === undefined) throw new Error("no HOOK");
    const resource = streamResource(wireOf(bus).manager, spec, report.sharding);
    // A setting of 2.11: older servers drop it without a word (nats §1.3).
    const wanted = { ...resource.wanted, allow_msg_ttl: true };
    await ensure({ ...resource, wanted }, report);
    const kept = bus.capabilities.consumerPause;
    expect(report.dropped.map(({ resource: name, setting }) => `${name} ${setting}`)).toEqual(
      kept ? [] : ["HOOK allow_msg_ttl"],
    );
  });

  test("a server that nobody configured: it works, or provisioning says what to configure", async () => {
    const bus = await start({ plain: true });
    const outcome = await provision(bus, { logger: silent }).then(
      ({ sharding }) => sharding,
      (error: Error) => error.message,
    );
    const advice = /does not map commands to shards.*reload it:\n.*\nmappings \{\n {2}"cmd\.town/s;
    expect(outcome).toMatch(bus.capabilities.subjectTransform ? /^transform$/ : advice);
    const made = await wireOf(bus).manager.streams.names().next();
    expect(made.length).toBe(bus.capabilities.subjectTransform ? streams.length : 0);
  });

  test("a server that divides towns into another number of shards is noticed", async () => {
    const bus = await start();
    await provision(bus, { logger: silent });
    await expect(checkShards(wireOf(bus), "scm", 5)).rejects.toThrow(/instead of "cmd\.scm\._\.provision\.probe\.\d"/);
    await expect(checkShards(wireOf(bus), "scm", 8)).resolves.toBeUndefined();
  });
});

test("the start tells the server's version and what it lacks, in one line", async () => {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger("ops", {
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const bus = await start({}, logger);
  const { nats } = open[0] ?? {};
  expect(bus.serverVersion).toBe(nats?.version);
  expect(bus.capabilities).toEqual(capabilitiesOf(nats?.version ?? ""));
  expect(lines).toEqual([
    expect.objectContaining({
      msg: "connected to NATS",
      version: nats?.version,
      missing: missingCapabilities(nats?.version ?? ""),
    }),
  ]);
});
