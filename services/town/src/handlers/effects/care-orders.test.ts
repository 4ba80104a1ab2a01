import { findCommand } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { aNudge, aSnapshot, aWorker } from "../../domain/builders.ts";
import { effectsOf } from "../decision-effects.ts";

describe("care-orders", () => {
  it.each([
    ["immediate", "immediate"],
    ["wait-idle", "wait-idle"],
    ["queue", "wait-idle"],
  ] as const)("has the dispatcher say what is to be said: %s", (mode, said) => {
    const message = "x".repeat(10_000);
    const after = aSnapshot({
      nudges: [aNudge("n-1", "gt-21", { mode, message })],
      agents: [aWorker("gt-21", "gt-1", { generation: 3 })],
    });
    const decision = { do: "deliver-nudge", nudge: "n-1", agent: "gt-21" } as const;
    const { commands } = effectsOf({ decision, changes: [], after });
    const data = { agent: "gt-21", generation: 3, nudge: "n-1", message, mode: said };
    expect(commands).toMatchObject([{ command: { type: "dispatcher.agent.nudge" }, subject: "agent/gt-21", data }]);
    expect(findCommand("dispatcher.agent.nudge")?.data.safeParse(data).error).toBeUndefined();
  });
});
