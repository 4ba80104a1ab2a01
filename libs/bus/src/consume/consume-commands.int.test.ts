import { createBead, type Verdict } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { headers } from "@nats-io/nats-core";
import { describe, expect, test } from "vitest";
import { pause } from "../abortable.ts";
import { listDeadLetters, publish, type CommandMessage, type Outcome } from "../index.ts";
import { commandStream, maxDeliver, shardConsumer } from "../topology.ts";
import { shardOf } from "../shard-of.ts";
import { beadCommand, numberOf } from "../test/commands.ts";
import { startConsuming } from "../test/start-consuming.ts";
import { useBus } from "../test/use-bus.ts";
import { wireOf } from "../wire.ts";

const used = useBus();

/** Verdicts that are told of a town, while the test runs. */
async function hear(town: string): Promise<Verdict[]> {
  const heard: Verdict[] = [];
  const { connection } = wireOf(used.bus);
  connection.subscribe(`verdict.town.${town}.*`, { callback: (_, message) => void heard.push(message.json()) });
  await connection.flush();
  return heard;
}

const deadLettersOf = async (town: string) =>
  (await listDeadLetters(used.bus, { limit: 100 })).items.filter((letter) => letter.town === town);

async function pending(town: string): Promise<{ unsettled: number; waiting: number }> {
  const consumer = shardConsumer("town", shardOf(town, 32));
  const info = await wireOf(used.bus).manager.consumers.info(commandStream("town"), consumer);
  return { unsettled: info.num_ack_pending, waiting: info.num_pending };
}
const drained = (town: string): Promise<unknown> =>
  eventually(async () => expect(await pending(town)).toEqual({ unsettled: 0, waiting: 0 }));

describe("a command is handed over once, and settled as its outcome says", () => {
  test.each<[Outcome["outcome"], (verdict: Verdict) => Outcome, Verdict["outcome"]]>([
    ["applied", (verdict) => ({ outcome: "applied", verdict }), "applied"],
    ["refused", (verdict) => ({ outcome: "refused", verdict: { ...verdict, outcome: "refused" } }), "refused"],
    [
      "terminal",
      (verdict) => ({
        outcome: "terminal",
        code: "bead_not_found",
        message: "no such bead",
        verdict: { ...verdict, outcome: "terminal", code: "bead_not_found" },
      }),
      "terminal",
    ],
    ["duplicate", (verdict) => ({ outcome: "duplicate", verdict }), "applied"],
  ])("%s", async (outcome, make, told) => {
    const town = `once-${outcome}`;
    const heard = await hear(town);
    const given: CommandMessage[] = [];
    startConsuming(used.bus, {
      handle: (message) => {
        given.push(message);
        return Promise.resolve(make({ command: message.envelope.id, outcome: "applied" }));
      },
    });
    const envelope = beadCommand(town, 1);
    const { seq } = await publish(used.bus, createBead, envelope);
    await eventually(() => expect(heard).toHaveLength(1));
    await drained(town);
    expect(given).toEqual([
      expect.objectContaining({
        envelope,
        descriptor: createBead,
        stream: "CMD_TOWN",
        seq,
        deliveries: 1,
        lastDelivery: false,
      }),
    ]);
    expect(heard).toMatchObject([{ command: envelope.id, outcome: told }]);
    expect(await deadLettersOf(town)).toEqual([]);
  });
});

describe("what is tried again", () => {
  test("comes again in its place: later commands of the town wait for it", async () => {
    const seen: string[] = [];
    startConsuming(used.bus, {
      handle: ({ envelope, deliveries }) => {
        seen.push(`${numberOf(envelope)}#${deliveries}`);
        if (numberOf(envelope) === 1 && deliveries === 1) return Promise.reject(new Error("serialization failure"));
        return Promise.resolve({ outcome: numberOf(envelope) === 1 && deliveries === 2 ? "retry" : "applied" });
      },
    });
    for (const n of [1, 2, 3]) await publish(used.bus, createBead, beadCommand("retry", n));
    await eventually(() => expect(seen).toContain("3#1"));
    await drained("retry");
    expect(seen).toEqual(["1#1", "1#2", "1#3", "2#1", "3#1"]);
  });

  test("a poison command: exactly max_deliver deliveries, one dead letter as it was, and the town goes on", async () => {
    const deliveries: number[] = [];
    const applied: number[] = [];
    const consuming = startConsuming(used.bus, {
      handle: ({ envelope, lastDelivery, deliveries: delivery }) => {
        if (numberOf(envelope) !== 1) {
          applied.push(numberOf(envelope));
          return Promise.resolve({ outcome: "applied" });
        }
        deliveries.push(delivery);
        expect(lastDelivery).toBe(delivery === maxDeliver);
        return Promise.reject(new Error(`poison\nin two lines`));
      },
    });
    const poison = beadCommand("poison", 1);
    const { seq } = await publish(used.bus, createBead, poison);
    for (const n of [2, 3]) await publish(used.bus, createBead, beadCommand("poison", n));
    await eventually(() => expect(applied).toContain(3));
    await drained("poison");
    expect(deliveries).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(applied).toEqual([2, 3]);
    const [letter, ...others] = await deadLettersOf("poison");
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      service: "town",
      code: "retries_exhausted",
      reason: "poison in two lines",
      stream: "CMD_TOWN",
      streamSeq: seq,
      consumer: shardConsumer("town", shardOf("poison", 32)),
      subject: `cmd.town.poison.bead.create.${shardOf("poison", 32)}`,
      deliveries: maxDeliver,
    });
    expect(JSON.parse(letter?.body ?? "")).toEqual(poison);
    expect(consuming.health()).toEqual({ ok: true });
  });

  test("an outage of a dependency makes no dead letters: the shard waits and says so", async () => {
    let away = true;
    const deliveries: number[] = [];
    const consuming = startConsuming(used.bus, {
      retryDelaysMs: [1],
      handle: ({ deliveries: delivery }) => {
        deliveries.push(delivery);
        if (away) return Promise.reject(Object.assign(new Error("no database"), { code: "ECONNREFUSED" }));
        return Promise.resolve({ outcome: "applied" });
      },
    });
    await publish(used.bus, createBead, beadCommand("outage", 1));
    await eventually(() => expect(deliveries.length).toBeGreaterThan(maxDeliver + 2));
    expect(consuming.health()).toEqual({ ok: false, reason: expect.stringContaining("no database") as string });
    away = false;
    await drained("outage");
    expect(new Set(deliveries)).toEqual(new Set([1]));
    expect(consuming.health()).toEqual({ ok: true });
    expect(await deadLettersOf("outage")).toEqual([]);
  });
});

describe("commands of several shards together", () => {
  test("a poison command of a group becomes a dead letter alone: the others are applied at their first delivery", async () => {
    const towns = Array.from({ length: 12 }, (_, i) => `grouped${i}`);
    const poisoned = new Set(["grouped3", "grouped7"]);
    const heard = await Promise.all(towns.map(hear));
    const sizes: number[] = [];
    const applied: string[] = [];
    const consuming = startConsuming(used.bus, {
      retryDelaysMs: [1],
      handleGroup: async (group) => {
        sizes.push(group.length);
        await pause(20); // as a transaction does, so that others gather meanwhile
        if (group.some(({ envelope }) => poisoned.has(envelope.townid))) throw new Error("poison");
        applied.push(...group.map(({ envelope, deliveries }) => `${envelope.townid}#${deliveries}`));
        return group.map(({ envelope }) => {
          const verdict: Verdict = { command: envelope.id, outcome: "applied" };
          return { outcome: "applied", verdict };
        });
      },
    });
    await Promise.all(towns.map((town) => publish(used.bus, createBead, beadCommand(town, 1))));
    // That a consumer has nothing waiting is no word of a command yet that it was not told of.
    await eventually(() => expect(applied.length).toBeGreaterThanOrEqual(towns.length - poisoned.size));
    for (const town of towns) await drained(town);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    const well = towns.filter((town) => !poisoned.has(town));
    expect(applied.toSorted()).toEqual(well.map((town) => `${town}#1`).toSorted());
    for (const [index, town] of towns.entries()) {
      expect(heard[index]).toHaveLength(poisoned.has(town) ? 0 : 1);
      expect(await deadLettersOf(town)).toMatchObject(
        poisoned.has(town) ? [{ code: "retries_exhausted", reason: "poison", deliveries: maxDeliver }] : [],
      );
    }
    expect(consuming.health()).toEqual({ ok: true });
  });

  test("an outage uses up no delivery of any of them", async () => {
    const towns = ["outage1", "outage2", "outage3", "outage4"];
    let attempts = 0;
    const deliveries = new Set<number>();
    const applied: string[] = [];
    startConsuming(used.bus, {
      retryDelaysMs: [1],
      handleGroup: (group) => {
        for (const message of group) deliveries.add(message.deliveries);
        if (attempts++ < 30) return Promise.reject(Object.assign(new Error("no database"), { code: "ECONNREFUSED" }));
        applied.push(...group.map(({ envelope }) => envelope.townid));
        return Promise.resolve(group.map(() => ({ outcome: "applied" })));
      },
    });
    await Promise.all(towns.map((town) => publish(used.bus, createBead, beadCommand(town, 1))));
    await eventually(() => expect(applied.length).toBeGreaterThanOrEqual(towns.length));
    for (const town of towns) await drained(town);
    expect(applied.toSorted()).toEqual(towns);
    expect(deliveries).toEqual(new Set([1]));
  });
});

describe("what nobody can handle", () => {
  test("an undecodable body, a lie about the town, broken data and a given-up command are dead letters, and nothing stops", async () => {
    const applied: number[] = [];
    startConsuming(used.bus, {
      handle: ({ envelope }) => {
        if (numberOf(envelope) === 4) return Promise.resolve({ outcome: "dead", code: "no_use", message: "given up" });
        applied.push(numberOf(envelope));
        return Promise.resolve({ outcome: "applied" });
      },
    });
    // Published as a person would, with `nats pub`.
    const { connection } = wireOf(used.bus);
    const fields = headers();
    fields.set("Nats-Msg-Id", "by-hand");
    fields.set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    connection.publish("cmd.town.dead.bead.create", "\u0000{ not json", { headers: fields });
    connection.publish("cmd.town.dead.bead.create", JSON.stringify(beadCommand("another", 2)));
    connection.publish("cmd.town.dead.bead.create", JSON.stringify({ ...beadCommand("dead", 3), data: { rig: 7 } }));
    connection.publish("cmd.town.dead.bead.create", JSON.stringify(beadCommand("dead", 4)));
    connection.publish("cmd.town.dead.bead.create", JSON.stringify(beadCommand("dead", 5)));
    await connection.flush();
    await eventually(() => expect(applied).toEqual([5]));
    const letters = await deadLettersOf("dead");
    expect(letters.toReversed().map(({ code, reason }) => [code, reason])).toEqual([
      ["undecodable", "the body is not JSON"],
      ["undecodable", 'the subject says town "dead", the envelope "another"'],
      ["invalid_data", expect.stringContaining("data.rig")],
      ["no_use", "given up"],
    ]);
    const [first] = letters.toReversed();
    expect(first).toMatchObject({ body: "\u0000{ not json", deliveries: 1 });
    const stored = await wireOf(used.bus).manager.direct.getMessage("DLQ", { seq: first?.seq ?? 0 });
    expect(stored?.subject).toBe("dlq.town.dead.undecodable");
    expect(stored?.header.get("traceparent")).toBe("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    expect(stored?.header.values("Nats-Msg-Id")).toEqual([
      `dlq:CMD_TOWN:${first?.streamSeq}:${shardConsumer("town", shardOf("dead", 32))}`,
    ]);
  });

  test("a town that cannot be one has its dead letter under an escaped name", async () => {
    startConsuming(used.bus, { handle: () => Promise.resolve({ outcome: "applied" }) });
    wireOf(used.bus).connection.publish("cmd.town.No=Town.bead.create", "{}");
    const letters = await eventually(async () => {
      const found = await deadLettersOf("No=Town");
      expect(found).toHaveLength(1);
      return found;
    });
    expect(letters[0]).toMatchObject({ code: "undecodable", town: "No=Town" });
  });

  test("an unknown message is terminal, told to its sender, and no dead letter", async () => {
    const heard = await hear("unknown");
    let handled = 0;
    startConsuming(used.bus, {
      handle: () => {
        handled++;
        return Promise.resolve({ outcome: "applied" });
      },
    });
    const envelope = { ...beadCommand("unknown", 1), type: "town.bead.paint", dataschema: "command:town:bead.paint:1" };
    wireOf(used.bus).connection.publish("cmd.town.unknown.bead.paint", JSON.stringify(envelope));
    await eventually(() => expect(heard).toHaveLength(1));
    await drained("unknown");
    expect(heard).toEqual([
      {
        command: envelope.id,
        outcome: "terminal",
        code: "unknown_message",
        message: 'there is no command "town.bead.paint"',
      },
    ]);
    expect(handled).toBe(0);
    expect(await deadLettersOf("unknown")).toEqual([]);
  });

  test("a dead letter that cannot be filed is not lost: its command comes again until it can be", async () => {
    const { manager } = wireOf(used.bus);
    let deliveries = 0;
    startConsuming(used.bus, {
      handle: () => {
        deliveries++;
        return Promise.resolve({ outcome: "dead", code: "no_use", message: "given up" });
      },
    });
    await manager.streams.update("DLQ", { subjects: ["elsewhere.dlq"] });
    await publish(used.bus, createBead, beadCommand("unfiled", 1));
    await eventually(() => expect(deliveries).toBeGreaterThan(1));
    await manager.streams.update("DLQ", { subjects: ["dlq.>"] });
    await eventually(async () => expect(await deadLettersOf("unfiled")).toHaveLength(1));
    await drained("unfiled");
    expect(await deadLettersOf("unfiled")).toHaveLength(1);
  });
});

describe("the second net", () => {
  test("a command that is never settled by anybody becomes a dead letter", async () => {
    const consumer = shardConsumer("town", shardOf("silent", 32));
    const { manager, stream } = wireOf(used.bus);
    const envelope = beadCommand("silent", 1);
    const { seq } = await publish(used.bus, createBead, envelope);
    // A handler that dies at each delivery settles nothing; here nobody answers, faster.
    await manager.consumers.update("CMD_TOWN", consumer, { ack_wait: 50_000_000 });
    const pulled = await stream.consumers.get("CMD_TOWN", consumer);
    for (let delivery = 1; delivery <= maxDeliver; delivery++) {
      const message = await pulled.next({ expires: 5_000 });
      expect(message?.info.deliveryCount).toBe(delivery);
    }
    expect(await pulled.next({ expires: 1_000 })).toBeNull();
    await manager.consumers.update("CMD_TOWN", consumer, { ack_wait: 10_000_000_000 });
    startConsuming(used.bus, { handle: () => Promise.resolve({ outcome: "applied" }) });
    const letters = await eventually(async () => {
      const found = await deadLettersOf("silent");
      expect(found).toHaveLength(1);
      return found;
    });
    expect(letters[0]).toMatchObject({ code: "max_deliveries", streamSeq: seq, deliveries: maxDeliver, consumer });
    expect(JSON.parse(letters[0]?.body ?? "")).toEqual(envelope);
  });
});

describe("stopping and health", () => {
  test("a stop waits for the command that was begun, and begins no other", async () => {
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const handled: number[] = [];
    const consuming = startConsuming(used.bus, {
      handle: async ({ envelope }) => {
        begun.resolve();
        await go.promise;
        handled.push(numberOf(envelope));
        return { outcome: "applied" };
      },
    });
    await publish(used.bus, createBead, beadCommand("stop", 1));
    await publish(used.bus, createBead, beadCommand("stop", 2));
    await begun.promise;
    const stopped = consuming.stop();
    go.resolve();
    await stopped;
    expect(handled).toEqual([1]);
    // The server notes an acknowledgement after it has taken it.
    await eventually(async () => expect(await pending("stop")).toEqual({ unsettled: 0, waiting: 1 }));
    startConsuming(used.bus, {
      handle: ({ envelope }) => {
        handled.push(numberOf(envelope));
        return Promise.resolve({ outcome: "applied" });
      },
    });
    await eventually(() => expect(handled).toEqual([1, 2]));
  });

  test("streams that are not there yet are waited for", async () => {
    const consuming = startConsuming(used.bus, { owner: "scm", handle: () => Promise.resolve({ outcome: "applied" }) });
    expect(consuming.health()).toMatchObject({ ok: false });
    await eventually(() => expect(consuming.health()).toEqual({ ok: true }));
  });

  test("a command that takes longer than ack_wait is not handed out a second time", async () => {
    const consumer = shardConsumer("town", shardOf("slow", 32));
    await wireOf(used.bus).manager.consumers.update("CMD_TOWN", consumer, { ack_wait: 1_000_000_000 });
    const begun = Promise.withResolvers<void>();
    const deliveries: number[] = [];
    startConsuming(used.bus, {
      handle: async ({ deliveries: delivery }) => {
        deliveries.push(delivery);
        begun.resolve();
        await pause(2_500);
        return { outcome: "applied" };
      },
    });
    await publish(used.bus, createBead, beadCommand("slow", 1));
    await begun.promise;
    // Another replica would be given it, if it were handed out again.
    startConsuming(await used.another(), {
      handle: ({ deliveries: delivery }) => {
        deliveries.push(delivery);
        return Promise.resolve({ outcome: "applied" });
      },
    });
    await drained("slow");
    expect(deliveries).toEqual([1]);
  });
});
