import { createBead } from "@gastown/contracts";
import { describe, expect, test } from "vitest";
import { newEnvelope } from "../envelope/new-envelope.ts";
import { silent } from "../test/silent.ts";
import { runHandler, type RunOptions } from "./run-handler.ts";
import type { CommandMessage, Outcome } from "./outcome.ts";

const envelope = newEnvelope(createBead, {
  town: "t1",
  data: { rig: "web", title: "x" },
  actor: "user:a",
  source: "/test",
});
const message = { envelope, descriptor: createBead, stream: "CMD_TOWN", seq: 1, deliveries: 1, lastDelivery: false };
const refused = (): Error => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

function run(handle: (message: CommandMessage) => Promise<Outcome>, more: Partial<RunOptions> = {}) {
  const waits: (string | null)[] = [];
  const options = {
    handle,
    limitMs: 10_000,
    delaysMs: [0],
    logger: silent,
    signal: new AbortController().signal,
    onWait: (reason: string | null) => void waits.push(reason),
    ...more,
  };
  return { waits, outcome: runHandler(message, options) };
}

const throwsEarly = (): Promise<Outcome> => {
  throw new Error("early");
};

describe("runHandler", () => {
  test("answers the handler's outcome", async () => {
    expect(await run(() => Promise.resolve({ outcome: "applied" })).outcome).toEqual({ outcome: "applied" });
  });

  test("what is thrown is a retry", async () => {
    const error = new Error("deadlock");
    expect(await run(() => Promise.reject(error)).outcome).toEqual({ outcome: "retry", error });
  });

  test("a handler that throws before it is asynchronous is a retry too", async () => {
    expect(await run(throwsEarly).outcome).toMatchObject({ outcome: "retry", error: { message: "early" } });
  });

  test("while a dependency is away the command waits, and its deliveries are not used up", async () => {
    let attempts = 0;
    const { waits, outcome } = run(() => {
      attempts++;
      if (attempts === 1) return Promise.reject(refused());
      return Promise.resolve(attempts === 2 ? { outcome: "retry", error: refused() } : { outcome: "applied" });
    });
    expect(await outcome).toEqual({ outcome: "applied" });
    expect(attempts).toBe(3);
    expect(waits).toEqual(["connect ECONNREFUSED", "connect ECONNREFUSED", null]);
  });

  test("a service that stops does not wait for it", async () => {
    const signal = AbortSignal.abort();
    expect(await run(() => Promise.reject(refused()), { signal }).outcome).toMatchObject({ outcome: "retry" });
  });

  test("a handler that does not end is a retry, and is asked to stop", async () => {
    const asked = Promise.withResolvers<void>();
    const handle = ({ signal }: CommandMessage): Promise<Outcome> =>
      new Promise(() => signal.addEventListener("abort", () => asked.resolve()));
    const { outcome } = run(handle, { limitMs: 50 });
    expect(await outcome).toMatchObject({
      outcome: "retry",
      error: { message: "the handler did not end within 50 ms" },
    });
    await asked.promise;
  });
});
