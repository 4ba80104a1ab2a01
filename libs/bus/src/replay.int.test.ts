import type { Envelope } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { expect, test } from "vitest";
import { publishRaw, type CommandMessage, type Published } from "./index.ts";
import { readStream } from "./events/read-stream.ts";
import { shardOf } from "./shard-of.ts";
import { shardConsumer } from "./topology.ts";
import { beadCommand } from "./test/commands.ts";
import { startConsuming } from "./test/start-consuming.ts";
import { useBus } from "./test/use-bus.ts";
import { wireOf } from "./wire.ts";

const used = useBus();

/** Publishes commands as an outbox does: body and context as they were stored. */
async function publishHistory(
  town: string,
  count: number,
): Promise<{ envelope: Envelope; body: string; published: Published }[]> {
  const history = [];
  for (let n = 1; n <= count; n++) {
    const traceparent = `00-${String(n).padStart(32, "a")}-${String(n).padStart(16, "b")}-01`;
    const envelope = beadCommand(town, n, { traceparent });
    const body = JSON.stringify(envelope);
    const subject = `cmd.town.${town}.bead.create`;
    history.push({
      envelope,
      body,
      published: await publishRaw(used.bus, { subject, body, id: envelope.id, traceparent }),
    });
  }
  return history;
}

test("history from any sequence is what was published: body, order and headers", async () => {
  const history = await publishHistory("replay", 6);
  const wanted = history.slice(2);
  const read = [];
  for await (const message of readStream(used.bus, {
    stream: "CMD_TOWN",
    subjects: ["cmd.town.replay.*.*.*"],
    fromSeq: wanted[0]?.published.seq,
    until: wanted.at(-1)?.published.seq,
    signal: AbortSignal.timeout(20_000),
  })) {
    read.push({
      seq: message.seq,
      subject: message.subject,
      body: message.string(),
      headers: Object.fromEntries([...(message.headers ?? [])].map(([name, values]) => [name, values])),
    });
  }
  expect(read).toEqual(
    wanted.map(({ envelope, body, published }) => ({
      seq: published.seq,
      subject: `cmd.town.replay.bead.create.${shardOf("replay", 32)}`,
      body,
      headers: {
        "Nats-Msg-Id": [envelope.id],
        traceparent: [envelope.traceparent],
        "Content-Type": ["application/cloudevents+json"],
      },
    })),
  );
});

test("the same message id is stored once, and its place is told", async () => {
  const [first] = await publishHistory("once", 1);
  if (first === undefined) throw new Error("nothing was published");
  const subject = "cmd.town.once.bead.create";
  const again = await publishRaw(used.bus, { subject, body: first.body, id: first.envelope.id });
  expect(again).toEqual({ ...first.published, duplicate: true });
});

test("a shard that is made again at a sequence is given the same commands with the same ids", async () => {
  const history = await publishHistory("again", 4);
  const given: CommandMessage[] = [];
  const handle = (message: CommandMessage) => {
    given.push(message);
    return Promise.resolve({ outcome: "applied" } as const);
  };
  const first = startConsuming(used.bus, { handle });
  const mine = (): CommandMessage[] => given.filter(({ envelope }) => envelope.townid === "again");
  await eventually(() => expect(mine()).toHaveLength(4));
  await first.stop();
  given.length = 0;

  const consumer = shardConsumer("town", shardOf("again", 32));
  const { consumers } = wireOf(used.bus).manager;
  const { config } = await consumers.info("CMD_TOWN", consumer);
  await consumers.delete("CMD_TOWN", consumer);
  const from = history[1]?.published.seq ?? 0;
  await consumers.add("CMD_TOWN", { ...config, deliver_policy: "by_start_sequence", opt_start_seq: from });
  startConsuming(used.bus, { handle });
  await eventually(() => expect(mine()).toHaveLength(3));
  expect(mine().map(({ envelope, seq }) => [envelope.id, seq])).toEqual(
    history.slice(1).map(({ envelope, published }) => [envelope.id, published.seq]),
  );
});
