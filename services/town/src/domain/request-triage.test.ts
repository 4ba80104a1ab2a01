import { describe, expect, it } from "vitest";
import { anAgent, anEscalation, anIssue, aSnapshot, now } from "./builders.ts";
import { evolveAll } from "./evolve.ts";
import { aTriageRequest } from "./help-builders.ts";
import { openTriage, requestTriage, type TriageQuestion } from "./request-triage.ts";

const by = { actor: "rule:nudge-stuck-agents", now };
const asked: TriageQuestion = {
  type: "stuck_agent",
  agent: "gt-21",
  about: "gt-1",
  options: ["RESTART", "ESCALATE"],
  context: "an hour without a word",
  by,
};
const things = { beads: [anIssue("gt-1", { rig: "web" })], agents: [anAgent("gt-21")] };
const full = ["a", "b", "c", "d", "e"].map((n) => aTriageRequest(`gt-9${n}`, { agent: `gt-2${n}`, about: null }));

describe("request-triage", () => {
  it("makes an open request below the bead, in its rig and trace, that nobody is sent to", () => {
    const changes = requestTriage(aSnapshot(things), asked);
    expect(changes).toMatchObject([
      {
        type: "bead.created",
        bead: {
          bead: "gt-rs",
          kind: "triage-request",
          status: "open",
          assignee: null,
          rig: "web",
          parent: "gt-1",
          labels: ["gt:triage-request"],
          title: "Triage stuck_agent: Anvil (gt-21) on gt-1",
          body: "an hour without a word",
          trace: { correlation: "corr-1" },
          triage: { type: "stuck_agent", agent: "gt-21", about: "gt-1", options: ["RESTART", "ESCALATE"], rounds: 0 },
        },
      },
      { type: "triage.requested", bead: "gt-rs", kind: "stuck_agent", agent: "gt-21", about: "gt-1" },
    ]);
    expect(openTriage(evolveAll(aSnapshot(things), changes, now) ?? aSnapshot())).toHaveLength(1);
  });

  it.each<[string, Partial<TriageQuestion>, object]>([
    ["about an agent alone", { about: null }, { rig: "web", parent: null, title: "Triage stuck_agent: Anvil (gt-21)" }],
    ["about an agent nobody knows", { agent: "gt-zz", about: null }, { rig: null, title: "Triage stuck_agent: gt-zz" }],
    ["about a bead alone", { agent: null }, { rig: "web", title: "Triage stuck_agent: gt-1" }],
  ])("makes one %s", (_name, fields, bead) => {
    expect(requestTriage(aSnapshot(things), { ...asked, ...fields })[0]).toMatchObject({ bead });
  });

  it.each<[string, Parameters<typeof aSnapshot>[0], Partial<TriageQuestion>, boolean]>([
    ["one of its type for the same agent is open", { beads: [aTriageRequest("gt-9")] }, {}, false],
    [
      "one of its type for the agent is open, on another bead",
      { beads: [aTriageRequest("gt-9")] },
      { about: null },
      false,
    ],
    ["one of another type is open", { beads: [aTriageRequest("gt-9", { type: "crash_loop" })] }, {}, true],
    ["one for another agent is open", { beads: [aTriageRequest("gt-9", { agent: "gt-22" })] }, {}, true],
    ["the one for the agent was answered", { beads: [aTriageRequest("gt-9", {}, { status: "closed" })] }, {}, true],
    [
      "one about the same bead and no agent is open",
      { beads: [aTriageRequest("gt-9", { agent: null })] },
      { agent: null },
      false,
    ],
    [
      "one about another bead and no agent is open",
      { beads: [aTriageRequest("gt-9", { agent: null, about: "gt-2" })] },
      { agent: null },
      true,
    ],
    [
      "one of the same escalation is open",
      {
        beads: [anEscalation("gt-5"), aTriageRequest("gt-9", { type: "escalation", agent: null, escalation: "gt-5" })],
      },
      { type: "escalation", escalation: "gt-5" },
      false,
    ],
    ["five are open", { beads: full }, {}, false],
    ["as many as the policy allows are open", { beads: full.slice(0, 2), policy: { maxOpenTriage: 2 } }, {}, false],
    ["no request is allowed", { policy: { maxOpenTriage: 0 } }, {}, false],
    [
      "four are open, and any number for escalations",
      { beads: [...full.slice(1), aTriageRequest("gt-99", { type: "escalation" })] },
      {},
      true,
    ],
    ["five are open, but it is for an escalation", { beads: full }, { type: "escalation", escalation: "gt-5" }, true],
    ["it is about a triage batch", { beads: [anIssue("gt-1", { kind: "triage-batch" })] }, {}, false],
  ])("when %s", (_name, given, fields, made) => {
    expect(requestTriage(aSnapshot(given), { ...asked, ...fields })).toHaveLength(made ? 2 : 0);
  });

  it("is of the escalation's life, or the command's, when no bead is named", () => {
    const trace = { correlation: "cmd-7", traceparent: null };
    const alone = { ...asked, agent: null, about: null, by: { ...by, trace } };
    expect(requestTriage(aSnapshot(), alone)[0]).toMatchObject({ bead: { trace } });
    expect(requestTriage(aSnapshot(), { ...alone, by })[0]).toMatchObject({
      bead: { trace: { correlation: by.actor } },
    });
    const beads = [anEscalation("hq-5", { trace: { correlation: "esc", traceparent: null } })];
    const ofEscalation = requestTriage(aSnapshot({ beads }), { ...alone, escalation: "hq-5" });
    expect(ofEscalation[0]).toMatchObject({ bead: { trace: { correlation: "esc" } } });
  });
});
