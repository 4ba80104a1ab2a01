import { nudgeAgent, toldMayor } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { noDuty, type Agent } from "../agent.ts";
import { aContext, aMayor, aSnapshot, aTown, now } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { tellMayor } from "./tell-mayor.ts";

const rested = aMayor({ status: "idle", process: { state: "none" }, duty: { ...noDuty, setbacks: 2 } });

function told(agents: Agent[], { context = null as string | null, message = "Hello", town = aTown() } = {}) {
  const state = aSnapshot({ town, agents });
  const decided = tellMayor.decide(state, { message, context }, aContext());
  if (decided.outcome !== "applied") throw new Error(decided.message);
  const result = toldMayor.parse(decided.result);
  const after = evolveAll(state, decided.changes, now);
  return { result, types: decided.changes.map(({ type }) => type), nudge: after?.nudges.get(result.nudge) };
}

describe("tell-mayor", () => {
  it("keeps one nudge for the mayor, at once and for ever", () => {
    expect(tellMayor.needs({ message: "Hello", context: null })).toEqual({ agents: "all" });
    const { result, types, nudge } = told([aMayor()]);
    expect(result).toEqual({ agent: "hq-m", nudge: "n-rs", status: "active" });
    expect(types).toEqual(["nudge.queued"]);
    expect(nudge).toMatchObject({
      agent: "hq-m",
      message: "Hello",
      mode: "immediate",
      priority: "normal",
      source: "user:ann",
      state: "pending",
      expiresAt: null,
    });
  });

  it("makes the mayor when there is none, with another number than its first message", () => {
    const { result, types } = told([]);
    expect(types).toEqual(["bead.created", "agent.registered", "nudge.queued"]);
    expect(result).toEqual({ agent: "hq-rs", nudge: "n-rt", status: "starting" });
  });

  it.each<[string, Agent, ReturnType<typeof aTown> | undefined, string]>([
    ["works", aMayor({ status: "working" }), undefined, "active"],
    [
      "is being started",
      aMayor({ status: "working", process: { state: "starting", askedAt: now } }),
      undefined,
      "starting",
    ],
    ["rests", rested, undefined, "starting"],
    ["is being ended", aMayor({ status: "idle" }), undefined, "starting"],
    ["is in a stopped town", rested, aTown({}, { stopped: { at: now, by: "user:ann", reason: "" } }), "idle"],
    ["is in a town without budget", rested, aTown({ budgetTownTokens: 0 }), "idle"],
  ])("answers what people see of a mayor that %s", (_what, mayor, town, status) => {
    const { result, nudge } = told([mayor], town === undefined ? {} : { town });
    expect([result.status, nudge?.state]).toEqual([status, "pending"]);
  });

  it("says before it what the person looks at, as far as there is room in what can be said at once", () => {
    const framed = told([aMayor()], { context: " rig web, 3 beads " }).nudge?.message ?? "";
    expect(framed).toMatch(/^<reminder>\n[^\n]+\nrig web, 3 beads\n<\/reminder>\n\nHello$/);
    for (const [message, context] of [
      ["x".repeat(11_000), "y".repeat(12_000)],
      ["x".repeat(11_990), "y".repeat(100)],
      ["x".repeat(12_000), "y"],
    ]) {
      const said = told([aMayor()], { message: message ?? "", context: context ?? "" }).nudge?.message ?? "";
      expect(nudgeAgent.data.shape.message.safeParse(said).error).toBeUndefined();
      expect(said.endsWith(message ?? "")).toBe(true);
    }
    expect(told([aMayor()], { context: " " }).nudge?.message).toBe("Hello");
  });
});
