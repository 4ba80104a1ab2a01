import { describe, expect, it } from "vitest";
import type { AgentModel } from "@gastown/contracts";
import { aContext, aMayor, aSnapshot, now } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { reportModel } from "./report-model.ts";

const wish: AgentModel = { wished: "new", inEffect: "old", failure: null };
const told = { agent: "hq-m", generation: 1, wished: "new", model: "new", failure: null };

function decide(data: Parameters<typeof reportModel.decide>[1], model: AgentModel | null = wish) {
  const state = aSnapshot({ agents: [aMayor({ model })] });
  const decided = reportModel.decide(state, data, aContext());
  const after = decided.outcome === "applied" ? evolveAll(state, decided.changes, now) : null;
  return { decided, model: after?.agents.get("hq-m")?.model };
}

describe("report-model", () => {
  it.each<[string, Parameters<typeof reportModel.decide>[1], AgentModel | null, AgentModel]>([
    ["the wish came true", told, wish, { wished: "new", inEffect: "new", failure: null }],
    [
      "it did not",
      { ...told, model: "old", failure: "no room" },
      wish,
      { wished: "new", inEffect: "old", failure: "no room" },
    ],
    [
      "nobody knows what is in effect",
      { ...told, model: null, failure: "it ended" },
      wish,
      { wished: "new", inEffect: null, failure: "it ended" },
    ],
    [
      "an older wish failed",
      { ...told, wished: "first", model: "old", failure: "no room" },
      { ...wish, inEffect: "first" },
      { wished: "new", inEffect: "old", failure: null },
    ],
    [
      "the installation's was wished before",
      { ...told, wished: null, model: "old", failure: "no room" },
      { ...wish, inEffect: "base" },
      { wished: "new", inEffect: "old", failure: null },
    ],
    [
      "the installation's was wished",
      { ...told, wished: "base", model: "base" },
      { wished: null, inEffect: "old", failure: null },
      { wished: null, inEffect: "base", failure: null },
    ],
    ["nothing was known", told, null, { wished: null, inEffect: "new", failure: null }],
  ])("keeps what is in effect when %s", (_what, data, before, after) => {
    expect(reportModel.needs(data)).toEqual({ agents: ["hq-m"] });
    expect(decide(data, before).model).toEqual(after);
  });

  it("changes nothing when it is told twice", () => {
    expect(decide(told, { ...wish, inEffect: "new" }).decided).toEqual({ outcome: "applied", changes: [] });
  });

  it("is late about an older start, and never about an unknown agent", () => {
    expect(decide({ ...told, generation: 2 }).decided).toMatchObject({ outcome: "refused", code: "stale" });
    expect(decide({ ...told, agent: "gt-zz" }).decided).toMatchObject({ outcome: "terminal", code: "agent_not_found" });
  });
});
