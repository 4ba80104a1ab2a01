import { describe, expect, it } from "vitest";
import { anAgent, anEscalation, anIssue, aSnapshot, now } from "../builders.ts";
import { carryOut } from "../carry-out.ts";
import { aTriageRequest } from "../help-builders.ts";
import { closeMootTriage } from "./close-moot-triage.ts";

const agents = [anAgent("gt-21")];
const about = anIssue("gt-1", { status: "in_progress", assignee: "gt-21" });
const batch = anIssue("gt-8", { kind: "triage-batch" });

function decisions(things: Parameters<typeof aSnapshot>[0]) {
  return closeMootTriage.look(aSnapshot({ agents, ...things }), now);
}

describe("close-moot-triage", () => {
  it.each<[string, Parameters<typeof aSnapshot>[0], string]>([
    ["whose bead is closed", { beads: [{ ...about, status: "closed" }, aTriageRequest("gt-9")] }, "gt-1 is closed"],
    ["whose bead has failed", { beads: [{ ...about, status: "failed" }, aTriageRequest("gt-9")] }, "gt-1 is failed"],
    ["whose bead is gone", { beads: [aTriageRequest("gt-9")] }, "gt-1 does not exist any more"],
    [
      "whose agent is gone",
      { beads: [about, aTriageRequest("gt-9")], agents: [] },
      "agent gt-21 does not exist any more",
    ],
    [
      "whose bead was handed in",
      { beads: [{ ...about, status: "in_review" }, aTriageRequest("gt-9")] },
      "gt-1 was handed in",
    ],
    [
      "whose escalation was taken",
      { beads: [about, anEscalation("gt-5", { status: "closed" }), aTriageRequest("gt-9", { escalation: "gt-5" })] },
      "escalation gt-5 was taken",
    ],
    [
      "whose escalation is gone",
      { beads: [about, aTriageRequest("gt-9", { escalation: "gt-5" })] },
      "escalation gt-5 was taken",
    ],
  ])("closes a request %s", (_name, things, reason) => {
    expect(decisions(things)).toMatchObject({
      decisions: [{ do: "close-triage", bead: "gt-9", reason }],
      nextLook: null,
    });
  });

  it.each<[string, Parameters<typeof aSnapshot>[0]]>([
    ["whose bead is worked on", { beads: [about, aTriageRequest("gt-9")] }],
    ["whose bead is open again", { beads: [anIssue("gt-1"), aTriageRequest("gt-9")] }],
    ["about nothing but an agent", { beads: [aTriageRequest("gt-9", { about: null })] }],
    ["about no agent", { beads: [about, aTriageRequest("gt-9", { agent: null })], agents: [] }],
    [
      "whose escalation is open",
      { beads: [about, anEscalation("gt-5"), aTriageRequest("gt-9", { escalation: "gt-5" })] },
    ],
    [
      "which an agent asked about work that is in review",
      { beads: [{ ...about, status: "in_review" }, aTriageRequest("gt-9", { type: "help_request" })] },
    ],
    ["that was answered", { beads: [aTriageRequest("gt-9", {}, { status: "closed" })] }],
  ])("leaves alone a request %s", (_name, things) => {
    expect(decisions(things)).toMatchObject({ decisions: [] });
  });

  it("closes a batch nobody was sent to yet, when all its requests are settled", () => {
    const asked = aTriageRequest("gt-9", { batch: "gt-8" });
    expect(decisions({ beads: [about, batch] }).decisions).toMatchObject([{ do: "close-triage", bead: "gt-8" }]);
    expect(decisions({ beads: [about, batch, asked] }).decisions).toEqual([]);
    expect(decisions({ beads: [about, { ...batch, status: "in_progress" }] }).decisions).toEqual([]);
  });

  it("says in its history why", () => {
    const snapshot = aSnapshot({ beads: [aTriageRequest("gt-9")] });
    const close = { do: "close-triage", bead: "gt-9", reason: "gt-1 is closed" } as const;
    expect(carryOut(snapshot, close, { actor: "rule:r", now })).toEqual([
      { type: "bead.status-changed", bead: "gt-9", from: "open", to: "closed", reason: "gt-1 is closed" },
    ]);
  });
});
