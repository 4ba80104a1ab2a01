import { describe, expect, it } from "vitest";
import type { Escalation } from "../bead.ts";
import { anEscalation, aSnapshot, now } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { carryOut } from "../carry-out.ts";
import { settle } from "../reconcile.ts";
import { reRaiseEscalations } from "./re-raise-escalations.ts";

const hour = 3_600_000;

function look(fields: Partial<Escalation>, policy = {}) {
  return reRaiseEscalations.look(aSnapshot({ policy, beads: [anEscalation("gt-5", fields)] }), now);
}

describe("re-raise-escalations", () => {
  it.each<[string, Partial<Escalation>]>([
    ["after four hours", { createdAt: now - 4 * hour }],
    ["after eight, when it was raised once", { createdAt: now - 8 * hour, reEscalations: 1 }],
    ["after twelve, when it was raised twice", { createdAt: now - 12 * hour, reEscalations: 2 }],
  ])("raises what nobody took %s", (_name, fields) => {
    expect(look(fields)).toMatchObject({ decisions: [{ do: "re-raise", bead: "gt-5" }], explanations: [] });
  });

  it.each<[string, Partial<Escalation>, number]>([
    ["a new one", { createdAt: now }, now + 4 * hour],
    ["one that was raised once", { createdAt: now - 7 * hour, reEscalations: 1 }, now + hour],
  ])("looks again at %s when it is due", (_name, fields, nextLook) => {
    expect(look(fields)).toMatchObject({ decisions: [], nextLook, explanations: [{ bead: "gt-5", until: nextLook }] });
  });

  it.each([
    ["it was raised three times", { createdAt: now - 99 * hour, reEscalations: 3 }, {}],
    ["none may be raised", { createdAt: now - 99 * hour }, { maxReEscalations: 0 }],
  ])("waits for people without a timer when %s", (_name, fields, policy) => {
    expect(look(fields, policy)).toMatchObject({
      decisions: [],
      nextLook: null,
      explanations: [{ says: expect.stringContaining("waits for a person"), until: null }],
    });
  });

  it("leaves alone what was taken", () => {
    expect(look({ status: "closed", createdAt: now - 99 * hour })).toEqual({
      decisions: [],
      explanations: [],
      nextLook: null,
    });
  });

  it.each([
    ["low", "medium", "medium"],
    ["medium", "high", "high"],
    ["high", "critical", "critical"],
    ["critical", "critical", "critical"],
  ] as const)("raises %s to %s, with its label and priority", (severity, to, priority) => {
    const labels = ["gt:escalation", `severity:${severity}`, "mine"];
    const snapshot = aSnapshot({ beads: [anEscalation("gt-5", { severity, labels, told: true })] });
    const changes = carryOut(snapshot, { do: "re-raise", bead: "gt-5" }, { actor: "rule:r", now });
    expect(changes).toEqual([{ type: "escalation.re-raised", bead: "gt-5", severity: to, count: 1 }]);
    expect(evolveAll(snapshot, changes, now)?.beads.get("gt-5")).toMatchObject({
      severity: to,
      priority,
      labels: ["mine", "gt:escalation", `severity:${to}`],
      reEscalations: 1,
      told: false,
    });
  });

  it("settles, however long nobody looked", () => {
    const beads = [anEscalation("gt-5", { severity: "low", createdAt: now - 99 * hour })];
    const { settled, state, nextLook } = settle(aSnapshot({ beads }), now, [reRaiseEscalations]);
    expect(settled).toBe(true);
    expect(state.beads.get("gt-5")).toMatchObject({ severity: "critical", reEscalations: 3 });
    expect(nextLook).toBeNull();
  });
});
