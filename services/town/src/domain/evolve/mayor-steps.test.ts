import { findEvent } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { noDuty } from "../agent.ts";
import { announce } from "../announce.ts";
import { aMayor, anIssue, aRig, aSnapshot, aTown, aWorker, now } from "../builders.ts";
import { isMoving, type Change } from "../change.ts";
import { evolve, evolveAll } from "../evolve.ts";
import { remember } from "../history.ts";

const duty = { wantedAt: now - 9, workingSince: now - 8, setbacks: 7, cutOff: true };
const state = aSnapshot({ town: aTown({}, { model: "m" }), agents: [aMayor({ duty, statusMessage: "thinks" })] });
const model = { wished: "m", inEffect: "m", failure: null };

const changes: readonly [Change, object, string | null, boolean][] = [
  [
    { type: "mayor.ensured", agent: "hq-m", decisions: ["fresh_dispatch"], status: "starting" },
    { duty },
    "town.mayor.ensured",
    false,
  ],
  [
    { type: "mayor.wanted", agent: "hq-m", wanted: true },
    { duty: { ...duty, wantedAt: now, setbacks: 4 } },
    null,
    true,
  ],
  [
    { type: "mayor.wanted", agent: "hq-m", wanted: false },
    { duty: { ...duty, wantedAt: null, cutOff: false } },
    null,
    true,
  ],
  [
    { type: "mayor.dispatched", agent: "hq-m", generation: 2 },
    {
      generation: 2,
      process: { state: "starting", askedAt: now },
      dispatchedAt: now,
      workedOn: null,
      model: { ...model, inEffect: null },
      duty: { ...duty, cutOff: false },
    },
    "town.mayor.dispatched",
    true,
  ],
  [
    { type: "mayor.ended", agent: "hq-m", setback: true, cutOff: false },
    { statusMessage: null, duty: { ...duty, setbacks: 8 } },
    null,
    true,
  ],
  [
    { type: "agent.model-asked", agent: "hq-m", model: "n" },
    { model: { wished: "n", inEffect: null, failure: null } },
    null,
    true,
  ],
  [
    { type: "agent.model-reported", agent: "hq-m", wished: "n", model: "o", failure: "no room" },
    { model: { wished: null, inEffect: "o", failure: "no room" } },
    null,
    false,
  ],
];

const moved = (from: "waiting" | "working", to: "waiting" | "working") =>
  evolve(state, { type: "agent.status-changed", agent: "hq-m", from, to, reason: "r" }, now).agents.get("hq-m");

describe("what happens to a mayor", () => {
  it.each(changes)("%j", (change, fields, event, moving) => {
    expect(evolve(state, change, now).agents.get("hq-m")).toMatchObject(fields);
    const told = announce(change, state);
    expect(told?.event.type ?? null).toBe(event);
    expect(event === null ? undefined : findEvent(event)?.data.safeParse(told?.data).error).toBeUndefined();
    expect(remember(change)?.beads).toEqual(["hq-m"]);
    expect(isMoving(change)).toBe(moving);
  });

  it("has what was wanted when it runs, with the model it was told", () => {
    const ran = { type: "agent.reported", agent: "hq-m", state: "running", reason: "", seenAt: now } as const;
    const after = evolveAll(state, [{ type: "mayor.dispatched", agent: "hq-m", generation: 2 }, ran], now);
    expect(after?.agents.get("hq-m")).toMatchObject({ model, duty: { wantedAt: null, setbacks: 7 } });
  });

  it("has come to something when a turn is over, and keeps since when it works", () => {
    expect(moved("working", "waiting")?.duty).toEqual({ ...duty, setbacks: 0 });
    expect(moved("waiting", "working")?.duty).toEqual({ ...duty, workingSince: now });
  });
});

describe("the model of a worker's start", () => {
  it("is what the settings say when it is dispatched, and is in effect once it runs", () => {
    const agents = [aWorker("gt-21", "gt-1")];
    const rigs = [aRig({ models: { polecat: "own" } })];
    const about = { agent: "gt-21", generation: 2, attempt: 1, bead: "gt-1", branch: "b" } as const;
    const sent = evolve(
      aSnapshot({ agents, rigs, beads: [anIssue("gt-1")] }),
      { type: "agent.dispatched", ...about },
      now,
    );
    expect(sent.agents.get("gt-21")).toMatchObject({ model: { wished: "own", inEffect: null }, duty: noDuty });
    const ran = { type: "agent.reported", agent: "gt-21", state: "running", reason: "", seenAt: now } as const;
    expect(evolve(sent, ran, now).agents.get("gt-21")).toMatchObject({ model: { inEffect: "own" }, duty: noDuty });
  });
});
