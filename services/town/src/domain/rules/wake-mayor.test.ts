import { describe, expect, it } from "vitest";
import { noDuty, type Agent, type Duty } from "../agent.ts";
import { aMayor, aMessage, aNudge, aSnapshot, aTown, now } from "../builders.ts";
import { settle } from "../reconcile.ts";
import { wakeMayor } from "./wake-mayor.ts";

type Things = Parameters<typeof aSnapshot>[0];
const rested = (fields: Partial<Agent> = {}) =>
  aMayor({ status: "idle", process: { state: "ended", how: "exited", reason: "stopped" }, ...fields });
const wanted = (duty: Partial<Duty> = {}, fields: Partial<Agent> = {}) =>
  rested({ duty: { ...noDuty, wantedAt: now - 5, ...duty }, ...fields });
const look = (mayor: Agent, things: Things = {}) => wakeMayor.look(aSnapshot({ agents: [mayor], ...things }), now);
const start = [{ do: "start-mayor", agent: "hq-m" }];

const poor = (limit: number) => aTown({ budgetTownDispatches: limit, budgetPeriodMs: 5000 }, { spentSince: now - 1 });
const used = (limit: number) => ({
  town: { ...poor(limit), spent: { dispatches: limit, agentMs: 0, tokens: 0, microUsd: 0 } },
  beads: [aMessage("hq-5", "hq-m")],
});
const asked = (askedAt: number) => aMayor({ status: "working", process: { state: "starting", askedAt } });

describe("wake-mayor", () => {
  it.each<[string, Agent, Things]>([
    ["somebody opened the town", wanted(), {}],
    ["a person said something", rested(), { nudges: [aNudge("n-1", "hq-m", { mode: "immediate" })] }],
    ["an agent said something", rested(), { nudges: [aNudge("n-1", "hq-m", { expiresAt: now + 1 })] }],
    ["mail came", rested(), { beads: [aMessage("hq-5", "hq-m")] }],
    ["its last turn was cut off", rested({ duty: { ...noDuty, cutOff: true } }), {}],
    ["it was given up", wanted({}, { process: { state: "lost" } }), {}],
    ["it never ran", wanted({}, { process: { state: "none" }, generation: 0 }), {}],
    [
      "it is wanted, and may still be: its town has had enough failures only to be told",
      wanted({ setbacks: 4 }, { dispatchedAt: now - 300_000 }),
      {},
    ],
  ])("starts a mayor that rests when %s", (_what, mayor, things) => {
    expect(look(mayor, things)).toMatchObject({ decisions: start, explanations: [] });
  });

  it.each<[string, Agent, Things]>([
    ["nobody wants anything", rested(), {}],
    ["it was told all", rested(), { nudges: [aNudge("n-1", "hq-m", { state: "delivered" })] }],
    ["what was to be said came too late", rested(), { nudges: [aNudge("n-1", "hq-m", { expiresAt: now })] }],
    ["something waits until it works anyway", rested(), { nudges: [aNudge("n-1", "hq-m", { mode: "queue" })] }],
    ["something is for another agent", rested(), { nudges: [aNudge("n-1", "gt-21")] }],
    ["it knows of its mail", rested(), { beads: [aMessage("hq-5", "hq-m", { announced: true })] }],
    ["it is wanted no more after so many tries", wanted({ setbacks: 5 }), {}],
  ])("lets it rest when %s", (_what, mayor, things) => {
    expect(look(mayor, things)).toMatchObject({
      decisions: [],
      explanations: [{ bead: "hq-m", says: "rests: nobody wants anything of it", until: null }],
      nextLook: null,
    });
  });

  it.each([
    [1, 30_000, "1 start that"],
    [2, 60_000, "2 starts that"],
    [9, 600_000, "9 starts that"],
  ])("waits after %i starts that came to nothing", (setbacks, waitMs, says) => {
    const things = { nudges: [aNudge("n-1", "hq-m")] };
    const early = rested({ duty: { ...noDuty, setbacks }, dispatchedAt: now - waitMs + 1 });
    const told = `waits {wait} after ${says} came to nothing: something is to be said to it`;
    expect(look(early, things)).toMatchObject({
      decisions: [],
      explanations: [{ says: told, until: now + 1 }],
      nextLook: now + 1,
    });
    expect(look({ ...early, dispatchedAt: now - waitMs }, things).decisions).toEqual(start);
  });

  it("waits for the end of its last start, and for the next budget period", () => {
    expect(look(wanted({}, { process: { state: "running" } }))).toMatchObject({
      decisions: [],
      explanations: [{ says: "waits for its last start to end: somebody opened the town" }],
      nextLook: null,
    });
    expect(look(rested(), used(3))).toMatchObject({
      decisions: [],
      explanations: [{ says: expect.stringContaining("its budget of 3 dispatches: it has new mail") }],
      nextLook: now + 4999,
    });
    expect(look(rested(), used(0))).toMatchObject({ decisions: [], explanations: [{ until: null }], nextLook: null });
  });

  it("asks again for a start that nothing is heard of", () => {
    expect(look(asked(now - 59_999))).toMatchObject({ decisions: [], nextLook: now + 1 });
    expect(look(asked(now - 60_000)).decisions).toEqual([{ do: "ask-mayor-again", agent: "hq-m" }]);
  });

  it.each([
    ["waiting", [], "waits to be spoken to"],
    ["working", [], "is working"],
    ["waiting", [aNudge("n-1", "hq-m")], "waits to be spoken to, and 1 message is on the way to it"],
    ["working", [aNudge("n-1", "hq-m"), aNudge("n-2", "hq-m")], "is working, and 2 messages are on the way to it"],
  ] as const)("says what a %s one does", (status, nudges, says) => {
    expect(look(aMayor({ status }), { nudges: [...nudges] })).toMatchObject({
      decisions: [],
      explanations: [{ bead: "hq-m", says }],
    });
  });

  it("starts it once, in a new generation that is no bead's attempt and is told to go on with what was cut off", () => {
    const mayor = rested({ generation: 4, duty: { ...noDuty, wantedAt: now - 5, cutOff: true } });
    const { steps, state, settled } = settle(aSnapshot({ agents: [mayor] }), now, [wakeMayor]);
    expect([steps.length, settled]).toEqual([1, true]);
    expect(state.agents.get("hq-m")).toMatchObject({
      status: "working",
      generation: 5,
      process: { state: "starting", askedAt: now },
      model: { wished: null, inEffect: null, failure: null },
      duty: { cutOff: false, workingSince: now },
    });
    expect(state.town.spent.dispatches).toBe(1);
    expect([...state.nudges.values()]).toMatchObject([{ agent: "hq-m", message: expect.stringContaining("cut off") }]);
    const rests = { status: "idle", process: { state: "lost" }, duty: { ...noDuty, cutOff: true } } as const;
    const agents = new Map([["hq-m", { ...aMayor(), ...rests }]]);
    expect(settle({ ...state, agents }, now, [wakeMayor]).state.nudges.size).toBe(1);
  });

  it("says nothing about a town without a mayor", () => {
    expect(wakeMayor.look(aSnapshot(), now)).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});
