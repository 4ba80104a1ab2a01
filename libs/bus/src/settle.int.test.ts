import { eventually } from "@gastown/testkit";
import { AckPolicy } from "@nats-io/jetstream";
import { nanos } from "@nats-io/nats-core";
import { expect, test } from "vitest";
import { settle } from "./settle.ts";
import { useBus } from "./test/use-bus.ts";
import { wireOf } from "./wire.ts";

const used = useBus({ provisioned: false });

/** Delivers each of the messages until they are settled as told; answers how often each came. */
async function deliver(bodies: string[], how: (body: string, message: Parameters<typeof settle.done>[0]) => unknown) {
  const { manager, stream } = wireOf(used.bus);
  const name = `S${Math.random().toString(36).slice(2)}`;
  await manager.streams.add({ name, subjects: [name] });
  const limits = { ack_wait: nanos(200), max_deliver: 5, max_ack_pending: 1 };
  await manager.consumers.add(name, { durable_name: "c", ack_policy: AckPolicy.Explicit, ...limits });
  for (const body of [...bodies, "last"]) await stream.publish(name, body);
  const messages = await (await stream.consumers.get(name, "c")).consume({ max_messages: 1 });
  const seen: string[] = [];
  for await (const message of messages) {
    const body = message.string();
    seen.push(`${body}#${message.info.deliveryCount}`);
    if (body === "last") {
      message.ack();
      break;
    }
    await how(body, message);
  }
  await eventually(async () => expect((await manager.consumers.info(name, "c")).num_ack_pending).toBe(0));
  return seen;
}

test("term with a reason is delivered once, on every version", async () => {
  expect(await deliver(["a", "b"], (_, message) => settle.term(used.bus, message, "bead_not_found"))).toEqual([
    "a#1",
    "b#1",
    "last#1",
  ]);
});

test("the control: a raw term with a reason is a term from 2.10.4 on only", async () => {
  const seen = await deliver(["a"], (_, message) => message.term("bead_not_found"));
  const honoured = ["a#1", "last#1"];
  const ignored = ["a#1", "a#2", "a#3", "a#4", "a#5", "last#1"];
  expect(seen).toEqual(used.bus.capabilities.termReason ? honoured : ignored);
});

test("done is final", async () => {
  const seen = await deliver(["a"], (_, message) => {
    settle.done(message);
    settle.again(message, 0);
  });
  expect(seen).toEqual(["a#1", "last#1"]);
});

test("again keeps the place of the message in the line", async () => {
  let times = 0;
  const seen = await deliver(["a", "b"], (body, message) =>
    body === "a" && times++ < 2 ? settle.again(message, 0) : settle.done(message),
  );
  expect(seen).toEqual(["a#1", "a#2", "a#3", "b#1", "last#1"]);
});
