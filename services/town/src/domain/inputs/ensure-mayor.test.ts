import { ensuredMayor, type MayorSeen } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { noDuty, type Agent } from "../agent.ts";
import { aContext, aMayor, aSnapshot, aTown, aWorker, now } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { ensureMayor } from "./ensure-mayor.ts";

const seen: MayorSeen = { generation: 1, alive: true, session: true, busy: false };
const rested = aMayor({ status: "idle", process: { state: "ended", how: "exited", reason: "stopped" } });

const wanted = (setbacks: number) => ({ ...rested, duty: { ...noDuty, wantedAt: now - 9, setbacks } });

function ensured(agents: Agent[], given: MayorSeen | null = null, town = aTown()) {
  const state = aSnapshot({ town, agents });
  const decided = ensureMayor.decide(state, { seen: given }, aContext());
  if (decided.outcome !== "applied") throw new Error(decided.message);
  const types = decided.changes.map(({ type }) => type);
  return { result: ensuredMayor.parse(decided.result), types, after: evolveAll(state, decided.changes, now) };
}

describe("ensure-mayor", () => {
  it("makes the town's one mayor, in no rig and on no bead but its own, and wants it to run", () => {
    expect(ensureMayor.needs({ seen: null })).toEqual({ agents: "all" });
    const { result, types, after } = ensured([aWorker("gt-21", "gt-1")]);
    expect(result).toEqual({ agent: "hq-rs", decisions: ["fresh_dispatch"], status: "starting" });
    expect(types).toEqual(["bead.created", "agent.registered", "mayor.wanted", "mayor.ensured"]);
    expect(after?.beads.get("hq-rs")).toMatchObject({ type: "agent", title: "mayor", rig: null });
    expect(after?.agents.get("hq-rs")).toMatchObject({
      name: "mayor",
      role: "mayor",
      identity: "mayor-demo",
      rig: null,
      hook: null,
      status: "idle",
      duty: { wantedAt: now },
    });
  });

  it("leaves a warm one alone", () => {
    const { result, types } = ensured([aMayor()], seen);
    expect(result).toEqual({ agent: "hq-m", decisions: ["short_circuit_warm"], status: "active" });
    expect(types).toEqual(["mayor.ensured"]);
  });

  it("gives up a start whose server is torn down, and the turn it was in is gone on with", () => {
    const torn = { ...seen, session: false };
    const { result, types, after } = ensured(
      [aMayor({ status: "working", duty: { ...noDuty, workingSince: now - 9 } })],
      torn,
    );
    expect(result).toMatchObject({ decisions: ["sdk_dead_redispatch", "fresh_dispatch"], status: "starting" });
    expect(types).toEqual(["mayor.ended", "agent.lost", "agent.status-changed", "mayor.wanted", "mayor.ensured"]);
    expect(after?.agents.get("hq-m")).toMatchObject({
      status: "idle",
      process: { state: "lost" },
      duty: { cutOff: true, setbacks: 0, wantedAt: now },
    });
  });

  it("wants it once, until it was given up; then once more", () => {
    expect(ensured([wanted(4)]).types).toEqual(["mayor.ensured"]);
    const again = ensured([wanted(5)]);
    expect(again.types).toEqual(["mayor.wanted", "mayor.ensured"]);
    expect(again.after?.agents.get("hq-m")?.duty).toEqual({ ...noDuty, wantedAt: now, setbacks: 4 });
  });

  it.each([
    ["stopped", aTown({}, { stopped: { at: now, by: "user:ann", reason: "" } })],
    ["without budget", aTown({ budgetTownMicroUsd: 0 })],
  ])("starts nothing in a town that is %s", (_what, town) => {
    expect(ensured([], null, town)).toMatchObject({ result: { decisions: [], status: "idle" } });
    expect(ensured([rested], null, town).types).toEqual(["mayor.ensured"]);
  });

  it("knows no other town", () => {
    expect(ensureMayor.decide(null, { seen: null }, aContext())).toMatchObject({ code: "town_not_found" });
  });
});
