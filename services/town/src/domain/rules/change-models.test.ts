import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import { aMayor, aRig, aSnapshot, aTown, aWorker, now } from "../builders.ts";
import { settle } from "../reconcile.ts";
import { changeModels } from "./change-models.ts";

const told = (wished: string | null) => ({ model: { wished, inEffect: wished, failure: null } });
const town = aTown({}, { model: "wide", models: { mayor: "grand" } });
const decided = (agent: Agent, rigs = [aRig()]) =>
  changeModels.look(aSnapshot({ town, rigs, agents: [agent] }), now).decisions;

describe("change-models", () => {
  it.each([
    ["a mayor by its role", aMayor(told("old")), [aRig({ model: "rig's" })], "grand"],
    ["a polecat by its town", aWorker("gt-21", "gt-1", told("old")), [aRig()], "wide"],
    ["a polecat by its rig", aWorker("gt-21", "gt-1", told("wide")), [aRig({ models: { polecat: "own" } })], "own"],
    [
      "a refinery by its rig",
      aWorker("gt-21", "gt-1", { role: "refinery", ...told("x") }),
      [aRig({ model: "r" })],
      "r",
    ],
    ["one told to have the installation's", aMayor(told(null)), [aRig()], "grand"],
    ["a start under way", aMayor({ process: { state: "starting", askedAt: now }, ...told("old") }), [aRig()], "grand"],
  ])("asks for another model for %s", (_what, agent, rigs, model) => {
    expect(decided(agent, rigs)).toEqual([{ do: "change-model", agent: agent.agent, model }]);
  });

  it.each([
    ["has what it shall have", aMayor(told("grand"))],
    ["could not be given it", aMayor({ model: { wished: "grand", inEffect: "old", failure: "no room" } })],
    ["does not run", aMayor({ status: "idle", process: { state: "none" }, ...told("old") })],
    ["has ended", aMayor({ process: { state: "lost" }, ...told("old") })],
    ["is being stopped", aMayor({ stopAskedAt: now, ...told("old") })],
    ["is idle and about to be stopped", aMayor({ status: "idle", ...told("old") })],
    ["was started before models were known", aMayor({ model: null })],
    ["is in a rig that is gone", aWorker("gt-21", "gt-1", { rig: "gone", ...told("old") })],
  ])("asks nothing for one that %s", (_what, agent) => {
    expect(decided(agent)).toEqual([]);
  });

  it("asks once for each change, and takes a setting back", () => {
    const first = settle(aSnapshot({ town, agents: [aMayor(told("old"))] }), now, [changeModels]);
    expect(first.steps.map(({ decision }) => decision)).toMatchObject([{ do: "change-model", model: "grand" }]);
    expect(first.state.agents.get("hq-m")?.model).toEqual({ wished: "grand", inEffect: "old", failure: null });
    const back = settle({ ...first.state, town: aTown() }, now, [changeModels]);
    expect(back.state.agents.get("hq-m")?.model).toMatchObject({ wished: null, inEffect: "old" });
    expect(settle(back.state, now, [changeModels]).steps).toEqual([]);
  });
});
