import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import { anIssue, aRequest, aSnapshot, aWorker, now } from "../builders.ts";
import type { Bead } from "../bead.ts";
import { nudgeStuckAgents } from "./nudge-stuck-agents.ts";

const min = 60_000;
const bead = anIssue("gt-1", { status: "in_progress", assignee: "gt-21" });

function look(fields: Partial<Agent>, things: { beads?: Bead[]; listeningSince?: number } = {}) {
  const agents = [aWorker("gt-21", "gt-1", { dispatchedAt: now - 200 * min, ...fields })];
  return nudgeStuckAgents.look(aSnapshot({ beads: [bead], agents, ...things }), now);
}

function decided(tier: "warn" | "escalate", idleMs: number) {
  return [{ do: "warn-stuck", agent: "gt-21", bead: "gt-1", tier, idleMs }];
}

describe("nudge-stuck-agents", () => {
  it.each([
    ["at 15 min it may still go on", { activeAt: now - 15 * min }, [], now + 1],
    ["it warns after that", { activeAt: now - 15 * min - 1 }, decided("warn", 15 * min + 1), now + 45 * min],
    [
      "it counts from the dispatch when nothing was done",
      { dispatchedAt: now - 20 * min },
      decided("warn", 20 * min),
      now + 40 * min + 1,
    ],
    ["it counts only this start", { activeAt: now - 900 * min, dispatchedAt: now - min }, [], now + 14 * min + 1],
    [
      "it warns once in an hour",
      { activeAt: now - 20 * min, nudgedAt: { warn: now - 4 * min, escalate: null } },
      [],
      now + 40 * min + 1,
    ],
    ["it warns not while a tool runs", { activeAt: now - 20 * min, busy: true }, [], now + 40 * min + 1],
    ["it escalates after an hour", { activeAt: now - 60 * min - 1 }, decided("escalate", 60 * min + 1), null],
    ["it escalates one whose tool runs", { activeAt: now - 61 * min, busy: true }, decided("escalate", 61 * min), null],
    [
      "it escalates although it has warned just now, and does not warn beside it",
      { activeAt: now - 61 * min, nudgedAt: { warn: now, escalate: null } },
      decided("escalate", 61 * min),
      null,
    ],
    [
      "it escalates once in an hour",
      { activeAt: now - 90 * min, nudgedAt: { warn: null, escalate: now - 10 * min } },
      [],
      now + 50 * min,
    ],
    [
      "it escalates again after that",
      { activeAt: now - 119 * min, nudgedAt: { warn: null, escalate: now - 60 * min } },
      decided("escalate", 119 * min),
      null,
    ],
    ["it leaves what is stalled alone", { activeAt: now - 120 * min - 1 }, [], null],
  ])("%s", (_reason, fields, decisions, nextLook) => {
    expect(look(fields)).toEqual({ decisions, explanations: [], nextLook });
  });

  it.each([
    ["is idle", { status: "idle" as const }],
    ["has not begun to run", { process: { state: "starting" as const, askedAt: now } }],
    ["has no bead", { hook: null }],
    ["is the mayor", { role: "mayor" as const }],
    ["is stalled already", { status: "stalled" as const }],
  ])("leaves an agent alone that %s", (_reason, fields) => {
    expect(look({ activeAt: now - 61 * min, ...fields })).toEqual({ decisions: [], explanations: [], nextLook: null });
  });

  it.each([
    ["has ended", [{ ...bead, status: "closed" as const }]],
    ["is somebody else's", [{ ...bead, assignee: "gt-22" }]],
    ["is gone", []],
  ])("leaves an agent alone whose bead %s", (_reason, beads) => {
    expect(look({ activeAt: now - 61 * min }, { beads }).decisions).toEqual([]);
  });

  it("looks after refineries too", () => {
    const request = aRequest("gt-1", "gt-9", { status: "in_progress", assignee: "gt-21" });
    expect(look({ role: "refinery", activeAt: now - 61 * min }, { beads: [request] }).decisions).toHaveLength(1);
  });

  it("blames nobody for what it could not hear itself", () => {
    const fields = { activeAt: now - 90 * min, aliveAt: now - 90 * min };
    expect(look(fields, { listeningSince: now - 5 * min })).toMatchObject({
      decisions: [],
      nextLook: now + 10 * min + 1,
    });
    // It was heard of since, so it is known that it did nothing all that time.
    expect(look({ ...fields, aliveAt: now - min }, { listeningSince: now - 5 * min }).decisions).toHaveLength(1);
  });
});
