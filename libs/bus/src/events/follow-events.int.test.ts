import { eventually } from "@gastown/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  eventStreamInfo,
  followEvents,
  provision,
  StreamResetError,
  type FollowedEvent,
  type FollowOptions,
} from "../index.ts";
import { eventName, publishEvents } from "../test/events.ts";
import { silent } from "../test/silent.ts";
import { useBus } from "../test/use-bus.ts";
import { wireOf } from "../wire.ts";

const used = useBus();

/** Follows until the test ends; what came is in `events`. */
function follow(options: Omit<FollowOptions, "signal"> = {}) {
  const stopping = new AbortController();
  const events: FollowedEvent[] = [];
  const done = (async () => {
    for await (const event of followEvents(used.bus, { ...options, signal: stopping.signal })) events.push(event);
  })();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
  };
  onTestFinished(() => stopping.abort());
  return { events, done, stop, names: () => events.map(({ envelope }) => eventName(envelope)) };
}

const attached = (consumers: number): Promise<unknown> =>
  eventually(async () => {
    const { state } = await wireOf(used.bus).manager.streams.info("EVT");
    expect(state.consumer_count).toBe(consumers);
  });

describe("followEvents", () => {
  test("from a sequence to another: exactly what is between, with subject, time and envelope", async () => {
    const sequences = await publishEvents(used.bus, "range", [1, 5]);
    const { events, done, names } = follow({ fromSeq: sequences[1], until: sequences[3] });
    await done;
    expect(names()).toEqual(["range/2", "range/3", "range/4"]);
    expect(events[0]).toMatchObject({
      seq: sequences[1],
      subject: "evt.range.bead.unblocked",
      envelope: { type: "town.bead.unblocked", actor: "rule:test" },
    });
    expect(events[0]?.at.getTime()).toBeGreaterThan(0);
  });

  test("only what is new, by default, and only of the subjects wanted", async () => {
    await publishEvents(used.bus, "new", [1, 3]);
    const { events, names, stop } = follow({ subjects: ["evt.new.>"] });
    await attached(1);
    await publishEvents(used.bus, "other", [1, 2]);
    await publishEvents(used.bus, "new", [4, 5]);
    await eventually(() => expect(events).toHaveLength(2));
    expect(names()).toEqual(["new/4", "new/5"]);
    await stop();
    await attached(0);
  });

  test("several subjects, also where a server knows only one filter", async () => {
    const [from = 0] = await publishEvents(used.bus, "sev-a", [1, 2]);
    await publishEvents(used.bus, "sev-x", [1, 2]);
    const last = (await publishEvents(used.bus, "sev-b", [1, 2])).at(-1);
    const { done, names } = follow({ subjects: ["evt.sev-a.>", "evt.sev-b.>"], fromSeq: from, until: last });
    await done;
    expect(names()).toEqual(["sev-a/1", "sev-a/2", "sev-b/1", "sev-b/2"]);
  });

  test("a catch-up ends when nothing wanted is left, though the last sequence is another town's", async () => {
    const [from = 0] = await publishEvents(used.bus, "mine", [1, 2]);
    const until = (await publishEvents(used.bus, "theirs", [1, 3])).at(-1);
    const some = follow({ subjects: ["evt.mine.>"], fromSeq: from, until });
    await some.done;
    expect(some.names()).toEqual(["mine/1", "mine/2"]);
    const none = follow({ subjects: ["evt.nobody.>"], fromSeq: from, until });
    await none.done;
    expect(none.events).toEqual([]);
    const empty = follow({ fromSeq: (until ?? 0) + 1, until });
    await empty.done;
    expect(empty.events).toEqual([]);
  });

  test("an end that is yet to come is waited for", async () => {
    const { lastSeq } = await eventStreamInfo(used.bus);
    const { done, names } = follow({ fromSeq: lastSeq + 1, until: lastSeq + 2 });
    await attached(1);
    await publishEvents(used.bus, "later", [1, 3]);
    await done;
    expect(names()).toEqual(["later/1", "later/2"]);
  });

  test("a sequence beyond the end is refused: whoever has it has read another stream", async () => {
    const { lastSeq } = await eventStreamInfo(used.bus);
    const events = followEvents(used.bus, { fromSeq: lastSeq + 2, signal: new AbortController().signal });
    await expect(events.next()).rejects.toBeInstanceOf(StreamResetError);
  });

  test("what is not an event is passed over", async () => {
    const [from = 0] = await publishEvents(used.bus, "odd", [1, 1]);
    const { stream } = wireOf(used.bus);
    await stream.publish("evt.odd.bead.unblocked", "not json");
    await stream.publish("evt.odd.bead.unblocked", "{}");
    const until = (await publishEvents(used.bus, "odd", [2, 2])).at(-1);
    const { done, names } = follow({ fromSeq: from, until });
    await done;
    expect(names()).toEqual(["odd/1", "odd/2"]);
  });

  test("leaving the loop leaves nothing at the server", async () => {
    const sequences = await publishEvents(used.bus, "leave", [1, 3]);
    const seen: number[] = [];
    for await (const { seq } of followEvents(used.bus, {
      fromSeq: sequences[0],
      signal: new AbortController().signal,
    })) {
      seen.push(seq);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(sequences.slice(0, 2));
    await attached(0);
  });

  test("the stream's first and last sequence, and since when it is that stream", async () => {
    const before = await eventStreamInfo(used.bus);
    await publishEvents(used.bus, "info", [1, 2]);
    expect(await eventStreamInfo(used.bus)).toEqual({ ...before, lastSeq: before.lastSeq + 2 });
    expect(Date.parse(before.created)).toBeGreaterThan(0);
  });

  test("a stream that is made anew while it is followed is told, since its sequences mean other events now", async () => {
    const { manager } = wireOf(used.bus);
    const { events, done } = follow({ subjects: ["evt.anew.>"] });
    const ended = done.then(
      () => null,
      (error: unknown) => error,
    );
    await attached(1);
    await publishEvents(used.bus, "anew", [1, 1]);
    await eventually(() => expect(events).toHaveLength(1));
    await manager.streams.delete("EVT");
    await provision(used.bus, { logger: silent });
    expect(await ended).toBeInstanceOf(StreamResetError);
  });
});
