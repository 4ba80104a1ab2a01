import { findEvent } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { announce } from "../announce.ts";
import { aNudge, aSnapshot } from "../builders.ts";
import type { Change } from "../change.ts";
import { remember } from "../history.ts";

const told: [Change, string, string | null, string[]][] = [
  [{ type: "nudge.queued", nudge: aNudge("n-1", "gt-21") }, "town.nudge.queued", "agent/gt-21", ["gt-21"]],
  [
    { type: "nudge.settled", nudge: "n-1", agent: "gt-21", state: "delivered", reason: "" },
    "town.nudge.settled",
    "agent/gt-21",
    ["gt-21"],
  ],
  [
    { type: "agent.stuck", agent: "gt-21", bead: "gt-1", tier: "stop", idleMs: 5 },
    "town.agent.stuck",
    "bead/gt-1",
    ["gt-1", "gt-21"],
  ],
  [
    { type: "agent.stalled", agent: "gt-21", from: "working", reason: "r" },
    "town.agent.status-changed",
    "agent/gt-21",
    ["gt-21"],
  ],
  [{ type: "agent.revived", agent: "gt-21", reason: "r" }, "town.agent.status-changed", "agent/gt-21", ["gt-21"]],
  [
    { type: "agent.removed", agent: "gt-21", name: "Anvil", reason: "r" },
    "town.agent.removed",
    "agent/gt-21",
    ["gt-21"],
  ],
  [
    { type: "invariant.violated", invariant: "i", about: ["gt-1", "gt-21"], repair: "r" },
    "town.reconciler.invariant_violated",
    null,
    ["gt-1", "gt-21"],
  ],
  [
    { type: "bead.reset", bead: "hq-5", from: "in_progress", reason: "r" },
    "town.bead.status-changed",
    "bead/hq-5",
    ["hq-5"],
  ],
];

describe("the care of agents", () => {
  it.each(told)("%j is told as %s about %s, and kept", (change, type, subject, beads) => {
    const said = announce(change, aSnapshot());
    expect(said).toMatchObject({ event: { type }, subject });
    expect(findEvent(type)?.data.safeParse(said?.data).error).toBeUndefined();
    expect(remember(change)?.beads).toEqual(beads);
  });

  it.each<Change>([
    { type: "nudge.asked", nudge: "n-1", agent: "gt-21" },
    { type: "mail.announced", bead: "gt-5", agent: "gt-21" },
  ])("$type is nobody else's business", (change) => {
    expect(announce(change, aSnapshot())).toBeNull();
  });
});
