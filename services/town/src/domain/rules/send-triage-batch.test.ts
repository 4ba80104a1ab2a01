import { describe, expect, it } from "vitest";
import type { Issue } from "../bead.ts";
import { anAgent, anIssue, aRig, aSnapshot, now } from "../builders.ts";
import { settle } from "../reconcile.ts";
import { aTriageRequest } from "../help-builders.ts";
import { sendTriageBatch } from "./send-triage-batch.ts";

type Things = Parameters<typeof aSnapshot>[0];
const request = aTriageRequest("gt-9");
const batch = (fields: Partial<Issue>) => anIssue("gt-8", { kind: "triage-batch", ...fields });

function look(things: Things) {
  return sendTriageBatch.look(aSnapshot(things), now);
}

describe("send-triage-batch", () => {
  it.each<[string, Things, { rig: string; beads: string[] }]>([
    ["one request, in its rig", { beads: [request] }, { rig: "web", beads: ["gt-9"] }],
    [
      "all that are open, the oldest first",
      { beads: [aTriageRequest("gt-9b"), aTriageRequest("gt-9a"), request] },
      { rig: "web", beads: ["gt-9", "gt-9a", "gt-9b"] },
    ],
    [
      "in the rig of the first that has one that is ready",
      {
        rigs: [aRig(), aRig({ rig: "api", state: "failed" }), aRig({ rig: "ops" })],
        beads: [aTriageRequest("gt-9", {}, { rig: "api" }), aTriageRequest("gt-9a", {}, { rig: "ops" })],
      },
      { rig: "ops", beads: ["gt-9", "gt-9a"] },
    ],
    [
      "in any rig that is ready, when theirs are none",
      { beads: [aTriageRequest("gt-9", {}, { rig: null })] },
      { rig: "web", beads: ["gt-9"] },
    ],
    [
      "once more, when it was in one batch",
      { beads: [aTriageRequest("gt-9", { rounds: 1 })] },
      { rig: "web", beads: ["gt-9"] },
    ],
    [
      "some time after the last batch failed",
      {
        beads: [
          aTriageRequest("gt-9", { rounds: 1, batch: "gt-8" }),
          batch({ status: "failed", updatedAt: now - 30_000 }),
        ],
      },
      { rig: "web", beads: ["gt-9"] },
    ],
    [
      "at once after a batch that left it open",
      { beads: [aTriageRequest("gt-9", { rounds: 1, batch: "gt-8" }), batch({ status: "closed", updatedAt: now })] },
      { rig: "web", beads: ["gt-9"] },
    ],
  ])("sends %s", (_name, things, sent) => {
    expect(look(things)).toEqual({ decisions: [{ do: "send-triage", ...sent }], explanations: [], nextLook: null });
  });

  it.each<[string, Things, string, number | null]>([
    [
      "is in a batch",
      { beads: [aTriageRequest("gt-9", { rounds: 1, batch: "gt-8" }), batch({})] },
      "is in triage batch gt-8 (1 of 2)",
      null,
    ],
    [
      "is in its last batch",
      { beads: [aTriageRequest("gt-9", { rounds: 2, batch: "gt-8" }), batch({ status: "in_progress" })] },
      "is in triage batch gt-8 (2 of 2)",
      null,
    ],
    ["came after the batch was sent", { beads: [request, batch({})] }, "waits for triage batch gt-8 to end", null],
    [
      "was in all batches it may be in",
      { beads: [aTriageRequest("gt-9", { rounds: 2 })] },
      "waits for a person: it was in 2 triage batches",
      null,
    ],
    ["is for people only", { beads: [request], policy: { triageByAgent: false } }, "triageByAgent is off", null],
    [
      "has no rig to be answered in",
      { beads: [request], rigs: [aRig({ state: "registering" })] },
      "waits for a rig",
      null,
    ],
    [
      "was in a batch that failed just now",
      {
        beads: [
          aTriageRequest("gt-9", { rounds: 1, batch: "gt-8" }),
          batch({ status: "failed", updatedAt: now - 10_000 }),
        ],
      },
      "waits {wait} for the next triage batch",
      now + 20_000,
    ],
  ])("says why a request waits that %s", (_name, things, says, until) => {
    expect(look(things)).toMatchObject({
      decisions: [],
      explanations: [{ bead: "gt-9", says: expect.stringContaining(says), until }],
      nextLook: until,
    });
  });

  it("says nothing when nothing is asked", () => {
    expect(look({ beads: [batch({ status: "failed" })] })).toEqual({ decisions: [], explanations: [], nextLook: null });
  });

  it("makes one batch of at most twenty, and no second one beside it", () => {
    const ids = Array.from({ length: 22 }, (_, n) => `gt-9${n.toString(36)}`);
    const beads = ids.map((id) => aTriageRequest(id, { agent: null, about: null }));
    const { steps, settled, said } = settle(aSnapshot({ beads, agents: [anAgent("gt-21")] }), now, [sendTriageBatch]);
    expect(settled).toBe(true);
    expect(steps).toHaveLength(1);
    expect(steps[0]?.changes).toMatchObject([
      {
        type: "bead.created",
        bead: {
          bead: "gt-rs",
          kind: "triage-batch",
          priority: "high",
          labels: ["gt:triage"],
          title: "Triage 20 requests",
        },
      },
      { type: "triage.batched", bead: "gt-rs", requests: ids.slice(0, 20) },
    ]);
    expect(said.map(({ bead, says }) => [bead, says]).slice(-3)).toEqual([
      ["gt-9j", "is in triage batch gt-rs (1 of 2)"],
      ["gt-9k", "waits for triage batch gt-rs to end"],
      ["gt-9l", "waits for triage batch gt-rs to end"],
    ]);
  });

  it("tells whoever answers all that is known", () => {
    const asked = aTriageRequest(
      "gt-9",
      { options: ["RESTART", "ESCALATE"], escalation: "gt-5" },
      { body: "an hour of silence" },
    );
    const unknown = aTriageRequest("gt-9a", { agent: "gt-22", about: null });
    const things = { beads: [anIssue("gt-1"), asked, unknown], agents: [anAgent("gt-21")] };
    const { steps } = settle(aSnapshot(things), now, [sendTriageBatch]);
    const [made] = steps[0]?.changes ?? [];
    const text = made?.type === "bead.created" ? made.bead.body : "";
    expect(text).toContain("## gt-9 (stuck_agent)");
    expect(text).toContain("Agent: gt-21 Anvil, idle\nBead: gt-1 Title of gt-1 (open)\nEscalation: gt-5");
    expect(text).toContain("Offered: RESTART, ESCALATE\nan hour of silence");
    expect(text).toContain("## gt-9a (stuck_agent)\nAgent: gt-22\nOffered: ");
    expect(text).toContain("- REASSIGN_BEAD: ");
  });
});
