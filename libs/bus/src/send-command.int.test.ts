import { createHook } from "node:async_hooks";
import { createBead, getTownVerdict, type Verdict } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { answer, publish, PublishError, sendCommand, tellVerdict, VerdictTimeoutError } from "./index.ts";
import { beadCommand } from "./test/commands.ts";
import { silent } from "./test/silent.ts";
import { startConsuming } from "./test/start-consuming.ts";
import { useBus } from "./test/use-bus.ts";
import { wireOf } from "./wire.ts";

const used = useBus();

/** The timers that `sendCommand` sets from now on, and those of them that are still to fire. */
function watchOwnTimers(): { set(): number; left(): number; close(): void } {
  const left = new Set<number>();
  let set = 0;
  const hook = createHook({
    init(id, type) {
      if (type !== "Timeout" || new Error("set here").stack?.includes("send-command.ts") !== true) return;
      set += 1;
      left.add(id);
    },
    destroy: (id) => void left.delete(id),
  }).enable();
  return { set: () => set, left: () => left.size, close: () => void hook.disable() };
}

/** The owner's inbox: what it answers when it is asked for a verdict. */
function inbox(verdicts: Map<string, Verdict>): void {
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  answer(
    used.bus,
    getTownVerdict,
    (_, { command }) => Promise.resolve({ seq: 1, data: { verdict: verdicts.get(command) ?? null } }),
    { logger: silent, signal: stopping.signal },
  );
}

describe("sendCommand", () => {
  test("gives the verdict that is told, whatever it is", async () => {
    startConsuming(used.bus, {
      handle: ({ envelope }) => {
        const verdict: Verdict = { command: envelope.id, outcome: "refused", code: "wrong_state", message: "no" };
        return Promise.resolve({ outcome: "refused", verdict });
      },
    });
    const envelope = beadCommand("told", 1);
    expect(await sendCommand(used.bus, createBead, envelope, { timeoutMs: 20_000 })).toEqual({
      command: envelope.id,
      outcome: "refused",
      code: "wrong_state",
      message: "no",
    });
  });

  test("leaves no timer behind when it has its verdict", async () => {
    startConsuming(used.bus, {
      handle: ({ envelope: { id } }) =>
        Promise.resolve({ outcome: "applied", verdict: { command: id, outcome: "applied" } }),
    });
    const timers = watchOwnTimers();
    onTestFinished(() => timers.close());
    await sendCommand(used.bus, createBead, beadCommand("timed", 1), { timeoutMs: 20_000 });
    expect(timers.set()).toBeGreaterThan(0);
    await eventually(() => expect(timers.left()).toBe(0));
  });

  test("asks the owner when the wake-up was missed", async () => {
    const envelope = beadCommand("missed", 1);
    const verdict: Verdict = { command: envelope.id, outcome: "applied", result: { bead: "gt-1" } };
    inbox(new Map([[envelope.id, verdict]]));
    expect(await sendCommand(used.bus, createBead, envelope, { timeoutMs: 20_000 })).toEqual(verdict);
  });

  test("the same command again has the verdict it had", async () => {
    const envelope = beadCommand("twice", 1);
    const verdicts = new Map<string, Verdict>();
    inbox(verdicts);
    let handled = 0;
    startConsuming(used.bus, {
      handle: (message) => {
        if (message.envelope.id !== envelope.id) return Promise.resolve({ outcome: "applied" });
        handled++;
        const verdict: Verdict = { command: envelope.id, outcome: "applied", result: { n: handled } };
        verdicts.set(envelope.id, verdict);
        return Promise.resolve({ outcome: "applied", verdict });
      },
    });
    const first = await sendCommand(used.bus, createBead, envelope, { timeoutMs: 20_000 });
    expect(await sendCommand(used.bus, createBead, envelope, { timeoutMs: 20_000 })).toEqual(first);
    expect(handled).toBe(1);
  });

  test("what is not a verdict is not taken for one", async () => {
    const envelope = beadCommand("noise", 1);
    const sent = sendCommand(used.bus, createBead, envelope, { timeoutMs: 20_000 });
    const subject = `verdict.town.noise.${envelope.id}`;
    wireOf(used.bus).connection.publish(subject, "noise");
    wireOf(used.bus).connection.publish(subject, '{"outcome":"maybe"}');
    tellVerdict(used.bus, "town", "noise", { command: envelope.id, outcome: "applied" });
    expect(await sent).toMatchObject({ outcome: "applied" });
  });

  test("no verdict in time: the command stays accepted", async () => {
    const envelope = beadCommand("late", 1);
    const sent = sendCommand(used.bus, createBead, envelope, { timeoutMs: 200 });
    await expect(sent).rejects.toBeInstanceOf(VerdictTimeoutError);
    await expect(sent).rejects.toMatchObject({ command: envelope.id });
    expect(await publish(used.bus, createBead, envelope)).toMatchObject({ duplicate: true });
  });

  test("a caller that gives up is let go", async () => {
    const controller = new AbortController();
    const sent = sendCommand(used.bus, createBead, beadCommand("gone", 1), {
      timeoutMs: 20_000,
      signal: controller.signal,
    });
    controller.abort(new Error("the client left"));
    await expect(sent).rejects.toThrow("the client left");
  });
});

describe("publish", () => {
  test("a full command stream refuses, and says so", async () => {
    const { streams } = wireOf(used.bus).manager;
    const { state } = await streams.info("CMD_TOWN");
    await streams.update("CMD_TOWN", { max_bytes: state.bytes + 1 });
    onTestFinished(() => streams.update("CMD_TOWN", { max_bytes: 256 * 1024 * 1024 }).then(() => undefined));
    const published = publish(used.bus, createBead, beadCommand("full", 1));
    await expect(published).rejects.toMatchObject({
      name: "PublishError",
      code: "refused",
      message: expect.stringContaining("maximum bytes") as string,
    });
  });

  test("without a stream it says what to do", async () => {
    const unstored = { ...createBead, owner: "nobody" as "town" };
    const published = publish(used.bus, unstored, beadCommand("none", 1));
    await expect(published).rejects.toBeInstanceOf(PublishError);
    await expect(published).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("provision") as string,
    });
  });
});
