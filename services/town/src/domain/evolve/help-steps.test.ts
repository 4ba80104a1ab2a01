import { findEvent } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { announce } from "../announce.ts";
import { anEscalation, anIssue, aSnapshot, now } from "../builders.ts";
import type { Change } from "../change.ts";
import { evolve } from "../evolve.ts";
import { aStep, aTriageRequest, aWalk } from "../help-builders.ts";
import { remember } from "../history.ts";

const state = aSnapshot({
  beads: [
    anIssue("gt-1", { lastDispatchAt: now - 1, lastAgent: "gt-21" }),
    anEscalation("gt-5"),
    aTriageRequest("gt-9"),
    aWalk([]),
    aStep("gt-41"),
  ],
});

const changes: readonly [Change, string, object, string | null, readonly string[]][] = [
  [
    { type: "escalation.acknowledged", bead: "gt-5", note: "n" },
    "gt-5",
    { acknowledgedAt: now },
    "town.escalation.acknowledged",
    ["gt-5"],
  ],
  [
    { type: "escalation.re-raised", bead: "gt-5", severity: "critical", count: 1 },
    "gt-5",
    { severity: "critical", reEscalations: 1 },
    "town.escalation.re-raised",
    ["gt-5"],
  ],
  [{ type: "escalation.told", agent: "hq-2", beads: ["gt-5"] }, "gt-5", { told: true }, null, ["gt-5"]],
  [
    { type: "triage.requested", bead: "gt-9", kind: "stuck_agent", agent: "gt-21", about: "gt-1" },
    "gt-9",
    { status: "open" },
    "town.triage.requested",
    ["gt-9", "gt-21", "gt-1"],
  ],
  [
    { type: "triage.batched", bead: "gt-8", requests: ["gt-9"] },
    "gt-9",
    { triage: { rounds: 1, batch: "gt-8" } },
    null,
    ["gt-8", "gt-9"],
  ],
  [
    { type: "triage.resolved", bead: "gt-9", action: "NUDGE", notes: "n", agent: "gt-21", about: null },
    "gt-9",
    { triage: { resolution: { action: "NUDGE", notes: "n" } } },
    "town.triage.resolved",
    ["gt-9", "gt-21"],
  ],
  [
    { type: "triage.freed", bead: "gt-1", atOnce: true, elsewhere: true },
    "gt-1",
    { lastDispatchAt: null, lastAgent: null },
    null,
    ["gt-1"],
  ],
  [
    { type: "triage.freed", bead: "gt-1", atOnce: false, elsewhere: false },
    "gt-1",
    { lastDispatchAt: now - 1, lastAgent: "gt-21" },
    null,
    ["gt-1"],
  ],
  [
    { type: "molecule.created", bead: "gt-40", source: "gt-1", formula: "ship", steps: ["gt-41"] },
    "gt-1",
    { molecule: "gt-40" },
    "town.molecule.created",
    ["gt-40", "gt-1"],
  ],
  [
    { type: "molecule.advanced", bead: "gt-40", stepBead: "gt-41", step: "s41", outcome: "done", left: 0, notes: "" },
    "gt-40",
    { updatedAt: now },
    "town.molecule.advanced",
    ["gt-40", "gt-41"],
  ],
];

describe("what happens to calls for help", () => {
  it.each(changes)("%j", (change, bead, fields, event, beads) => {
    expect(evolve(state, change, now).beads.get(bead)).toMatchObject(fields);
    const told = announce(change, state);
    expect(told?.event.type ?? null).toBe(event);
    expect(event === null ? undefined : findEvent(event)?.data.safeParse(told?.data).error).toBeUndefined();
    expect(remember(change)?.beads).toEqual(beads);
  });

  it("does not happen to beads of another type", () => {
    expect(() => evolve(state, { type: "triage.batched", bead: "gt-8", requests: ["gt-1"] }, now)).toThrow("gt-1");
    const raise = { type: "escalation.re-raised", bead: "gt-1", severity: "high", count: 1 } as const;
    expect(() => evolve(state, raise, now)).toThrow("not an escalation");
  });
});
