import { describe, expect, it } from "vitest";
import type { Bead } from "../bead.ts";
import { aContext, anAgent, anIssue, aSnapshot, aWorker } from "../builders.ts";
import { aTriageRequest } from "../help-builders.ts";
import { raiseEscalation } from "./raise-escalation.ts";

const state = aSnapshot({ beads: [anIssue("gt-1")], agents: [anAgent("gt-21")] });
const data = { title: "Help", body: "", severity: "high" as const };

describe("raise-escalation", () => {
  it.each([
    [
      "below the bead it is about, in its trace",
      { bead: "gt-1", agent: "gt-21" },
      { bead: "gt-rs", parent: "gt-1", rig: "web", priority: "high" },
    ],
    ["in the rig of the agent that asks", { agent: "gt-21" }, { bead: "gt-rs", parent: null, rig: "web" }],
    ["in the town, when it is about nothing in particular", {}, { bead: "hq-rs", parent: null, rig: null }],
    [
      "with a plain priority when it is not severe",
      { severity: "low" as const },
      { priority: "medium", severity: "low" },
    ],
  ])("makes an escalation %s", (_reason, fields, bead) => {
    const decided = raiseEscalation.decide(state, { ...data, ...fields }, aContext());
    expect(decided).toMatchObject({
      outcome: "applied",
      changes: [
        { type: "bead.created", bead },
        { type: "escalation.raised", title: "Help" },
      ],
    });
  });

  it("asks for what it is about", () => {
    expect(raiseEscalation.needs({ ...data, bead: "gt-1", agent: "gt-21" })).toEqual({
      rigs: "all",
      hooksOf: ["gt-21"],
      beads: ["gt-1"],
      openTriage: true,
    });
    expect(raiseEscalation.needs(data)).toEqual({ rigs: "all", hooksOf: [], beads: [], openTriage: true });
  });

  it("does not know what does not exist", () => {
    expect(raiseEscalation.decide(state, { ...data, bead: "gt-zz" }, aContext())).toMatchObject({
      code: "bead_not_found",
    });
    expect(raiseEscalation.decide(state, { ...data, agent: "gt-zz" }, aContext())).toMatchObject({
      code: "agent_not_found",
    });
  });

  it("is about the bead the agent works on, when it names none", () => {
    const own = aSnapshot({ beads: [anIssue("gt-1")], agents: [aWorker("gt-21", "gt-1")] });
    const decided = raiseEscalation.decide(own, { ...data, agent: "gt-21" }, aContext());
    expect(decided).toMatchObject({ changes: [{ bead: { parent: "gt-1" } }, {}] });
  });
});

describe("raise-escalation, by an agent", () => {
  const agents = [aWorker("gt-21", "gt-1")];
  const asked = { ...data, agent: "gt-21", bead: "gt-1" };
  const made = (beads: readonly Bead[], fields: object = {}, actor = "agent:gt-21") => {
    const decided = raiseEscalation.decide(aSnapshot({ beads, agents }), { ...asked, ...fields }, aContext({ actor }));
    return decided.outcome === "applied" ? decided.changes.map(({ type }) => type) : [decided.code];
  };
  const told = ["bead.created", "escalation.raised"];
  const asksTriage = [...told, "bead.created", "triage.requested"];

  it("is triaged, below the same bead and with what was said", () => {
    const working = aSnapshot({ beads: [anIssue("gt-1")], agents });
    const decided = raiseEscalation.decide(working, { ...asked, body: "no key" }, aContext({ actor: "agent:gt-21" }));
    expect(decided).toMatchObject({
      result: { bead: "gt-rs" },
      changes: [
        { bead: { bead: "gt-rs", type: "escalation" } },
        {},
        {
          bead: {
            bead: "gt-rt",
            kind: "triage-request",
            parent: "gt-1",
            body: "Help\n\nno key",
            triage: { type: "escalation", agent: "gt-21", about: "gt-1", escalation: "gt-rs" },
          },
        },
        { type: "triage.requested", bead: "gt-rt" },
      ],
    });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ["a person raises it", made([anIssue("gt-1")], {}, "user:ann"), told],
    ["it is low", made([anIssue("gt-1")], { severity: "low" }), told],
    ["its agent triages", made([anIssue("gt-1", { kind: "triage-batch" })]), told],
    [
      "its agent triages, and names another bead",
      made([anIssue("gt-1", { kind: "triage-batch" }), anIssue("gt-2")], { bead: "gt-2" }),
      told,
    ],
    ["one for the agent is open", made([anIssue("gt-1"), aTriageRequest("gt-9", { type: "escalation" })]), told],
    ["it is of medium severity", made([anIssue("gt-1")], { severity: "medium" }), asksTriage],
    ["it names no agent", made([anIssue("gt-1")], { agent: undefined }), asksTriage],
  ])("when %s", (_name, changes, expected) => {
    expect(changes).toEqual(expected);
  });
});
