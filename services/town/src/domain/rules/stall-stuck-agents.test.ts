import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import { anIssue, aSnapshot, aWorker, now } from "../builders.ts";
import { stallStuckAgents } from "./stall-stuck-agents.ts";

const min = 60_000;
const bead = anIssue("gt-1", { status: "in_progress", assignee: "gt-21" });

function look(fields: Partial<Agent>, listeningSince = 0) {
  const agents = [aWorker("gt-21", "gt-1", { dispatchedAt: now - 200 * min, ...fields })];
  return stallStuckAgents.look(aSnapshot({ beads: [bead], agents, listeningSince }), now);
}

describe("stall-stuck-agents", () => {
  it.each([
    ["that did nothing for more than 2 h", { activeAt: now - 120 * min - 1 }, 120 * min + 1],
    ["whose tool runs all that time", { activeAt: now - 130 * min, busy: true }, 130 * min],
  ])("stalls an agent %s", (_reason, fields, idleMs) => {
    expect(look(fields)).toEqual({
      decisions: [{ do: "stall", agent: "gt-21", bead: "gt-1", idleMs }],
      explanations: [],
      nextLook: null,
    });
  });

  it("says when it will stop one that was warned", () => {
    expect(look({ activeAt: now - 120 * min })).toEqual({
      decisions: [],
      explanations: [
        {
          bead: "gt-1",
          says: "has an agent that does nothing: Anvil (gt-21) is stopped in {wait}",
          movesWhen: "Anvil goes on with it",
          until: now + 1,
        },
      ],
      nextLook: now + 1,
    });
  });

  it.each([
    ["an agent that did something", { activeAt: now - min }, 0, now + 119 * min + 1],
    ["an agent that was not heard of since we listen", { aliveAt: now - 200 * min }, now - min, now + 119 * min + 1],
    ["an agent that has not begun", { process: { state: "starting" as const, askedAt: now } }, 0, null],
  ])("leaves %s alone", (_reason, fields, listeningSince, nextLook) => {
    expect(look(fields, listeningSince)).toEqual({ decisions: [], explanations: [], nextLook });
  });
});
