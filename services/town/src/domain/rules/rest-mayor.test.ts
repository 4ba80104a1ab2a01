import type { EndCause } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { noDuty, type Agent } from "../agent.ts";
import { aMayor, aSnapshot, aTown, aWorker, now } from "../builders.ts";
import { settle } from "../reconcile.ts";
import { restMayor } from "./rest-mayor.ts";

const stopped = { stopped: { at: now, by: "user:ann", reason: "" } };
const poor = { budgetTownTokens: 10 };
const spent = { spent: { dispatches: 0, agentMs: 0, tokens: 10, microUsd: 0 }, spentSince: now - 1000 };
const look = (mayor: Agent, town = aTown()) => restMayor.look(aSnapshot({ town, agents: [mayor] }), now);

const ended = (status: "working" | "waiting", cause?: EndCause, how: "exited" | "failed" = "exited") =>
  aMayor({
    status,
    duty: { ...noDuty, workingSince: now - 5000 },
    process: { state: "ended", how, reason: "r", ...(cause === undefined ? {} : { cause }) },
  });
const rests = (fields: object) => ({ do: "rest-mayor", agent: "hq-m", lost: false, unwanted: false, ...fields });

const fallen = (setbacks: number) => ({
  ...ended("waiting", "crashed"),
  duty: { ...noDuty, wantedAt: now - 1, setbacks },
});

const escalations = (setbacks: number) => {
  const { steps } = settle(aSnapshot({ agents: [fallen(setbacks)] }), now, [restMayor]);
  return steps.flatMap(({ changes }) => changes.filter(({ type }) => type === "escalation.raised"));
};

describe("rest-mayor", () => {
  it.each([
    ["stopped, as by an idle stop", ended("waiting", "stopped"), { setback: false, cutOff: false }],
    ["stopped in a turn, which somebody wanted", ended("working", "stopped"), { setback: false, cutOff: false }],
    ["done", ended("waiting", "done"), { setback: false, cutOff: false }],
    ["drained between turns", ended("waiting", "saved"), { setback: false, cutOff: false }],
    ["drained in a turn", ended("working", "saved"), { setback: false, cutOff: true }],
    ["crashed between turns", ended("waiting", "crashed"), { setback: true, cutOff: false }],
    ["crashed in a turn", ended("working", "crashed"), { setback: true, cutOff: true }],
    ["lost with its container", ended("working", "container_lost"), { setback: true, cutOff: true }],
    ["ended for a reason nobody told", ended("working"), { setback: true, cutOff: true }],
  ])("lets a mayor rest whose start was %s", (_how, mayor, fields) => {
    expect(look(mayor).decisions).toEqual([rests({ reason: "it ended: r", ...fields })]);
  });

  it("lets one rest that could not start: it had no turn", () => {
    const failed = aMayor({ status: "working", process: { state: "ended", how: "failed", reason: "no room" } });
    expect(look(failed).decisions).toEqual([
      rests({ reason: "it could not start: no room", setback: true, cutOff: false }),
    ]);
  });

  it.each([
    ["waiting", {}, false],
    ["in a turn", { status: "working", duty: { ...noDuty, workingSince: now - 50_000 } }, true],
    ["begun, and told nothing", { status: "working", duty: { ...noDuty, workingSince: now - 60_000 } }, false],
    ["starting", { status: "working", process: { state: "starting", askedAt: now } }, false],
  ] as const)("gives one up that is silent for too long while it is %s", (_what, fields, cutOff) => {
    const heard = aMayor({ aliveAt: now - 90_000, ...fields });
    expect(look(heard)).toMatchObject({ decisions: [], nextLook: now + 1 });
    const silent = { ...heard, aliveAt: now - 90_001 };
    expect(look(silent).decisions).toEqual([
      rests({ reason: "it was not heard of for 90 s", lost: true, setback: true, cutOff }),
    ]);
  });

  it.each([
    ["a stopped town", aTown({}, stopped), "the town is stopped by user:ann"],
    ["a town without budget", aTown(poor, spent), "the town has used up its budget of 10 tokens"],
  ])("ends it in %s, with whatever it was wanted for but what is to be said to it", (_what, town, reason) => {
    expect(look(aMayor(), town)).toMatchObject({
      decisions: [rests({ reason, setback: false, cutOff: false, unwanted: true })],
      explanations: [{ bead: "hq-m", says: `rests: ${reason}`, until: null }],
    });
    const idle = aMayor({ status: "idle", process: { state: "none" } });
    expect(look(idle, town)).toMatchObject({ decisions: [], nextLook: null });
    for (const duty of [{ wantedAt: now }, { cutOff: true }]) {
      const { state, steps, settled } = settle(
        aSnapshot({ town, agents: [{ ...idle, duty: { ...noDuty, ...duty } }] }),
        now,
        [restMayor],
      );
      expect([steps.length, settled, state.agents.get("hq-m")?.duty]).toEqual([1, true, noDuty]);
    }
  });

  it("is one of the rules that look at a stopped town", () => {
    expect(restMayor.whileStopped).toBe(true);
  });

  it.each([
    ["a town that may go on", aMayor({ status: "idle" }), aTown()],
    ["a stalled one", aMayor({ status: "stalled", process: { state: "lost" } }), aTown()],
    ["a worker", aWorker("gt-21", "gt-1", { process: { state: "lost" } }), aTown({}, stopped)],
    ["dispatches that are used up, for one that runs already", aMayor(), aTown({ budgetTownDispatches: 0 })],
  ])("says nothing about %s", (_what, agent, town) => {
    expect(look(agent, town)).toMatchObject({ decisions: [], explanations: [] });
  });

  it("tells people once that it does not get to work, and then goes on trying", () => {
    expect([3, 4, 5].map((setbacks) => escalations(setbacks).length)).toEqual([0, 1, 0]);
  });
});
