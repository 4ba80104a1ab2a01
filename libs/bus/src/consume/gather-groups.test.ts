import { createBead } from "@gastown/contracts";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { beadCommand, numberOf } from "../test/commands.ts";
import { silent } from "../test/silent.ts";
import { gatherGroups } from "./gather-groups.ts";
import type { CommandMessage, GroupedMessage, Outcome } from "./outcome.ts";

function message(town: string, n: number, deliveries = 1): CommandMessage {
  return {
    envelope: beadCommand(town, n),
    descriptor: createBead,
    stream: "CMD_TOWN",
    seq: n,
    deliveries,
    lastDelivery: false,
    signal: new AbortController().signal,
  };
}
const names = (group: readonly CommandMessage[]): string =>
  group.map(({ envelope }) => `${envelope.townid}/${numberOf(envelope)}`).join(" ");
const turn = (): Promise<void> => new Promise(setImmediate);

/** A group handler whose groups end when the test says so; `groups` are those that were begun. */
function gathering(decide: (group: readonly GroupedMessage[]) => Outcome[] = appliedAll) {
  const groups: string[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const handle = gatherGroups(async (group) => {
    groups.push(names(group));
    const end = Promise.withResolvers<void>();
    ends.push(end);
    await end.promise;
    return decide(group);
  }, silent);
  const end = async (index: number): Promise<void> => {
    ends[index]?.resolve();
    await turn();
  };
  return { handle, groups, end };
}
function appliedAll(group: readonly CommandMessage[]): Outcome[] {
  return group.map(({ envelope }) => ({
    outcome: "applied",
    verdict: { command: envelope.id, outcome: "applied" },
  }));
}

describe("gatherGroups", () => {
  test("when nothing is worked on a command goes at once, alone", async () => {
    const { handle, groups, end } = gathering();
    const one = message("a", 1);
    const outcome = handle(one);
    await turn();
    expect(groups).toEqual(["a/1"]);
    await end(0);
    expect(await outcome).toEqual({ outcome: "applied", verdict: { command: one.envelope.id, outcome: "applied" } });
  });

  test("what came in together goes together", async () => {
    const { handle, groups } = gathering();
    for (const n of [1, 2, 3]) void handle(message(`t${n}`, n));
    await turn();
    expect(groups).toEqual(["t1/1 t2/2 t3/3"]);
  });

  test("while a group is worked on the next one gathers, and each command has its own outcome", async () => {
    const { handle, groups, end } = gathering((group) =>
      group.map(({ envelope }) => ({ outcome: "dead", code: "no_use", message: `${numberOf(envelope)}` })),
    );
    const outcomes: Promise<Outcome>[] = [];
    for (const n of [1, 2, 3, 4]) {
      outcomes.push(handle(message(`t${n}`, n)));
      await turn();
    }
    expect(groups).toEqual(["t1/1"]);
    await end(0);
    expect(groups).toEqual(["t1/1", "t2/2 t3/3 t4/4"]);
    await end(1);
    expect(await Promise.all(outcomes)).toEqual(
      [1, 2, 3, 4].map((n) => ({ outcome: "dead", code: "no_use", message: `${n}` })),
    );
  });

  test("a large one is worked on beside another, a third one waits", async () => {
    const { handle, groups, end } = gathering();
    const arrive = (from: number, to: number): void => {
      for (let n = from; n <= to; n++) void handle(message(`t${n}`, n));
    };
    arrive(1, 1);
    await turn();
    arrive(2, 20);
    await turn();
    arrive(21, 39);
    await turn();
    expect(groups.map((group) => group.split(" ").length)).toEqual([1, 19]);
    await end(0);
    expect(groups.map((group) => group.split(" ").length)).toEqual([1, 19, 19]);
  });

  test("commands that follow a group's are waited for a moment, so that they go together again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { handle, groups, end } = gathering();
    for (const n of [1, 2, 3]) void handle(message(`t${n}`, n));
    await turn();
    await end(0);
    void handle(message("t1", 4));
    await turn();
    void handle(message("t2", 5));
    await turn();
    expect(groups).toEqual(["t1/1 t2/2 t3/3"]);
    void handle(message("t3", 6));
    await turn();
    expect(groups).toEqual(["t1/1 t2/2 t3/3", "t1/4 t2/5 t3/6"]);
    await end(1);
    void handle(message("t1", 7));
    await turn();
    expect(groups).toHaveLength(2);
    // The others have none any more.
    vi.advanceTimersByTime(4);
    expect(groups.slice(2)).toEqual(["t1/7"]);
  });

  test("when a group fails each of it is handled alone, a town's one after the other: only the poison is tried again", async () => {
    const groups: string[] = [];
    const handle = gatherGroups((group) => {
      groups.push(names(group));
      if (group.some(({ seq }) => seq === 2)) return Promise.reject(new Error("poison"));
      return Promise.resolve(appliedAll(group));
    }, silent);
    const settled = await Promise.allSettled([
      handle(message("a", 1)),
      handle(message("a", 2)),
      handle(message("a", 3)),
      handle(message("b", 4)),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(groups).toEqual(["a/1 a/2 a/3 b/4", "a/1", "b/4", "a/2", "a/3"]);
  });

  test("a command that is delivered again spoils no group: it is handled alone, at once", async () => {
    const { handle, groups } = gathering();
    void handle(message("a", 1, 2));
    void handle(message("b", 2));
    void handle(message("c", 3));
    await turn();
    expect(groups).toEqual(["a/1", "b/2 c/3"]);
  });

  test("while a dependency is away each of the group waits for it, and none is handled alone", async () => {
    const away = Object.assign(new Error("no database"), { code: "ECONNREFUSED" });
    let calls = 0;
    const handle = gatherGroups(() => {
      calls++;
      return Promise.reject(away);
    }, silent);
    const settled = await Promise.allSettled([handle(message("a", 1)), handle(message("b", 2))]);
    expect(settled).toEqual([
      { status: "rejected", reason: away },
      { status: "rejected", reason: away },
    ]);
    expect(calls).toBe(1);
  });

  test("a handler that forgets an outcome is a bug, and told as one", async () => {
    const handle = gatherGroups(() => Promise.resolve([]), silent);
    await expect(handle(message("a", 1))).rejects.toThrow("1 commands were answered with 0 outcomes");
  });
});
