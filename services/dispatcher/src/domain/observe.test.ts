import { describe, expect, test } from "vitest";
import { observe } from "./observe.ts";
import type { Seen } from "./seen.ts";
import type { ContainerState, TownState } from "./state.ts";
import {
  aContainer,
  anAgent,
  aStatus,
  aStop,
  at,
  aTown,
  aWish,
  deadContainer,
  limits,
  listed,
  now,
  seen,
  seenContainer,
} from "./test/builders.ts";

const running = aContainer({ seenAt: now - 5 });
const starting = aContainer({ state: "starting", seenAt: null });
const stopped = aContainer({ state: "stopped", stoppedAt: now - limits.settleMs, reason: "exit code 1" });
const nothing = seen({ containers: [], status: null });

describe("the container", () => {
  interface Row {
    name: string;
    why: string;
    before: ContainerState;
    seen: Seen;
    after: Partial<ContainerState>;
  }
  const rows: Row[] = [
    {
      name: "answers for the first time",
      why: "now it runs; failures before are forgiven",
      before: { ...starting, failures: 2 },
      seen: seen(),
      after: { state: "running", seenAt: now, failures: 0 },
    },
    {
      name: "lives and does not answer",
      why: "nothing is concluded: the plan gives it time",
      before: starting,
      seen: seen({ status: null }),
      after: { state: "starting", seenAt: null },
    },
    {
      name: "drains",
      why: "it is on its way out",
      before: running,
      seen: seen({ status: { ...aStatus(), draining: true } }),
      after: { state: "stopping", seenAt: now },
    },
    {
      name: "died while it ran",
      why: "that is no failure to start",
      before: running,
      seen: seen({ containers: [deadContainer()], status: null }),
      after: { state: "stopped", reason: "killed by SIGKILL", stoppedAt: now, failures: 0 },
    },
    {
      name: "died before it ever answered",
      why: "counted, so that it is not started in a tight loop",
      before: { ...starting, failures: 2 },
      seen: seen({ containers: [deadContainer(1, "exit code 1")], status: null }),
      after: { state: "stopped", reason: "exit code 1", stoppedAt: now, failures: 3 },
    },
    {
      name: "ran, and has not even a record any more",
      why: "the machine is right, not the table",
      before: running,
      seen: nothing,
      after: { state: "stopped", reason: "its process is gone", stoppedAt: now },
    },
    {
      name: "was begun, and has no record",
      why: "the dispatcher ended in between, and nothing is wished any more: it keeps no place",
      before: starting,
      seen: nothing,
      after: { state: "stopped", reason: "it was not needed any more", stoppedAt: now },
    },
    {
      name: "lives and is newer than the table knows",
      why: "adopted: after the loss of the database what runs is not killed",
      before: aTown().container,
      seen: seen({ containers: [seenContainer(3)] }),
      after: { generation: 3, state: "running", startedAt: now, seenAt: now },
    },
    {
      name: "lives although the table says it stopped",
      why: "the same",
      before: stopped,
      seen: seen(),
      after: { generation: 1, state: "running", reason: "", startedAt: now, seenAt: now },
    },
    {
      name: "stopped a while ago",
      why: "its dead record is the plan's to clean",
      before: stopped,
      seen: seen({ containers: [deadContainer()], status: null }),
      after: { state: "stopped", reason: "exit code 1", stoppedAt: now - limits.settleMs },
    },
  ];
  test.each(rows)("$name: $why", (row) => {
    const after = observe(aTown({ container: row.before }), row.seen, at);
    expect(after.container).toEqual({ ...row.before, ...row.after });
  });

  test("was begun, has no record, and is needed: the plan starts it", () => {
    const before = aTown({ container: starting, wishes: [aWish()] });
    expect(observe(before, nothing, at)).toEqual(before);
  });

  test("waits for a place as long as something is wished that runs nowhere", () => {
    const container = { ...stopped, waitsSince: now - 5 };
    const waiting = aTown({ container, wishes: [aWish()] });
    expect(observe(waiting, nothing, at).container.waitsSince).toBe(now - 5);
    expect(observe(aTown({ container }), nothing, at).container.waitsSince).toBeNull();
  });
});

const stop = (agoMs: number) => aStop({ wishedAt: now - agoMs, askedAt: now - agoMs, asks: 1 });

describe("its agents", () => {
  interface Row {
    name: string;
    why: string;
    before: TownState;
    seen: Seen;
    state: string;
    reason?: string;
    wished?: boolean;
  }
  const rows: Row[] = [
    {
      name: "their container died a moment ago",
      why: "the reports it sent before may still arrive, and say more",
      before: aTown({ container: running, wishes: [aWish()], agents: [anAgent()] }),
      seen: seen({ containers: [deadContainer()], status: null }),
      state: "running",
      wished: true,
    },
    {
      name: "their container died and said no more",
      why: "lost with it, and that start is over",
      before: aTown({ container: stopped, wishes: [aWish()], agents: [anAgent()] }),
      seen: nothing,
      state: "exited",
      reason: "container_lost",
      wished: false,
    },
    {
      name: "their container died while nobody could be heard",
      why: "what it reported at last is still to come",
      before: aTown({ container: { ...stopped, stoppedAt: 0 }, wishes: [aWish()], agents: [anAgent()] }),
      seen: { ...nothing, reachableSince: null },
      state: "running",
      wished: true,
    },
    {
      name: "their container died while nobody could be heard, and the bus has just come back",
      why: "its last reports have the time to arrive from then on",
      before: aTown({ container: { ...stopped, stoppedAt: 0 }, wishes: [aWish()], agents: [anAgent()] }),
      seen: { ...nothing, reachableSince: now - limits.settleMs + 1 },
      state: "running",
      wished: true,
    },
    {
      name: "a start that was asked for in a container that died",
      why: "it may have run: never a second time",
      before: aTown({ container: stopped, wishes: [aWish()], agents: [anAgent("gt-1", { state: "starting" })] }),
      seen: nothing,
      state: "exited",
      reason: "container_lost",
      wished: false,
    },
    {
      name: "a start that its container refused before it died",
      why: "it did not run: the next container is asked",
      before: aTown({
        container: stopped,
        wishes: [aWish()],
        agents: [anAgent("gt-1", { state: "waiting", container: null })],
      }),
      seen: nothing,
      state: "waiting",
      wished: true,
    },
    {
      name: "the next container runs already",
      why: "what was in the old one is as lost",
      before: aTown({
        container: { ...running, generation: 2, stoppedAt: now - 2_000 },
        wishes: [aWish()],
        agents: [anAgent()],
      }),
      seen: seen({ containers: [seenContainer(2)] }),
      state: "exited",
      reason: "container_lost",
      wished: false,
    },
    {
      name: "the status lists it as running before its report came",
      why: "a lost report is repaired by looking",
      before: aTown({ container: running, wishes: [aWish()], agents: [anAgent("gt-1", { state: "starting" })] }),
      seen: seen({ status: aStatus(listed()) }),
      state: "running",
      wished: true,
    },
    {
      name: "the status lists it as starting after its report came",
      why: "a status never takes a report back",
      before: aTown({ container: running, wishes: [aWish()], agents: [anAgent()] }),
      seen: seen({ status: aStatus(listed("gt-1", { state: "starting" })) }),
      state: "running",
      wished: true,
    },
    {
      name: "not listed, and heard of a moment ago",
      why: "its report is on its way",
      before: aTown({
        container: running,
        wishes: [aWish()],
        agents: [anAgent("gt-1", { since: 0, aliveAt: now - 1_000 })],
      }),
      seen: seen(),
      state: "running",
      wished: true,
    },
    {
      name: "not listed, and not heard of for long",
      why: "its report was lost: it does not run",
      before: aTown({
        container: running,
        wishes: [aWish()],
        agents: [anAgent("gt-1", { since: 0, aliveAt: now - limits.silentMs })],
      }),
      seen: seen(),
      state: "exited",
      reason: "crashed",
      wished: false,
    },
    {
      name: "not listed, not confirmed",
      why: "the plan asks for it again",
      before: aTown({
        container: running,
        wishes: [aWish()],
        agents: [anAgent("gt-1", { state: "starting", since: 0 })],
      }),
      seen: seen(),
      state: "starting",
      wished: true,
    },
    {
      name: "not wished, not listed, asked to stop a moment ago",
      why: "its own report says more: stopped, or saved",
      before: aTown({ container: running, agents: [anAgent("gt-1", { stop: stop(10) })] }),
      seen: seen(),
      state: "running",
    },
    {
      name: "not wished, not listed, asked to stop long enough ago",
      why: "it is gone, whoever forgot to say so",
      before: aTown({ container: running, agents: [anAgent("gt-1", { stop: stop(limits.settleMs) })] }),
      seen: seen(),
      state: "exited",
      reason: "stopped",
    },
    {
      name: "not wished, not listed, not asked to stop yet",
      why: "a start may be on its way to the container: the stop follows it there",
      before: aTown({ container: running, agents: [anAgent("gt-1", { state: "starting" })] }),
      seen: seen(),
      state: "starting",
    },
  ];
  test.each(rows)("$name: $why", (row) => {
    const after = observe(row.before, row.seen, at);
    expect(after.agents.get("gt-1")).toMatchObject({ state: row.state, reason: row.reason ?? "" });
    expect(after.wishes.has("gt-1")).toBe(row.wished ?? false);
  });
});

describe("after too many containers that never answered", () => {
  const failing = { ...stopped, failures: limits.maxFailures, reason: "exit code 7" };
  test("the wished starts have failed, with the reason, and the next wish tries anew", () => {
    const after = observe(aTown({ container: failing, wishes: [aWish("gt-1"), aWish("gt-2")] }), nothing, at);
    const reason = "the container did not start 5 times in a row; the last time: exit code 7; see the dispatcher's log";
    expect([...after.agents.values()]).toMatchObject([
      { agent: "gt-1", state: "failed", reason },
      { agent: "gt-2", state: "failed", reason },
    ]);
    expect(after.wishes.size).toBe(0);
    expect(after.container.failures).toBe(0);
  });
  test("with one failure less they go on waiting", () => {
    const before = aTown({ container: { ...failing, failures: limits.maxFailures - 1 }, wishes: [aWish()] });
    expect(observe(before, nothing, at)).toEqual(before);
  });
});
