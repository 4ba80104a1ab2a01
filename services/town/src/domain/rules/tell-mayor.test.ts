import { describe, expect, it } from "vitest";
import { anAgent, anEscalation, aSnapshot, now } from "../builders.ts";
import { carryOut } from "../carry-out.ts";
import { settle } from "../reconcile.ts";
import { tellMayor } from "./tell-mayor.ts";

const mayor = anAgent("hq-2", { role: "mayor", rig: null });

describe("tell-mayor", () => {
  it.each([
    ["a town without a mayor", [anAgent("gt-21")], anEscalation("gt-5")],
    ["one the mayor knows", [mayor], anEscalation("gt-5", { told: true })],
    ["one that was taken", [mayor], anEscalation("gt-5", { status: "closed" })],
    ["a low one", [mayor], anEscalation("gt-5", { severity: "low" })],
  ])("says nothing about %s", (_name, agents, escalation) => {
    expect(tellMayor.look(aSnapshot({ agents, beads: [escalation] }), now)).toMatchObject({
      decisions: [],
      nextLook: null,
    });
  });

  it("mails all that is news, once", () => {
    const beads = [anEscalation("gt-5"), anEscalation("gt-6", { severity: "critical" })];
    const { steps, settled, state } = settle(aSnapshot({ agents: [mayor], beads }), now, [tellMayor]);
    expect(settled).toBe(true);
    expect(steps).toHaveLength(1);
    expect(steps[0]?.changes).toMatchObject([
      {
        type: "bead.created",
        bead: {
          type: "message",
          assignee: "hq-2",
          title: "high escalation gt-5: Title of gt-5 and 1 more",
          body: expect.stringContaining("gt-6 (critical): Title of gt-6\nBody of gt-6"),
        },
      },
      { type: "mail.sent", to: "hq-2" },
      { type: "escalation.told", agent: "hq-2", beads: ["gt-5", "gt-6"] },
    ]);
    expect([...state.beads.values()].filter(({ type }) => type === "message")).toHaveLength(1);
  });

  it("cuts what is too long for one mail", () => {
    const beads = [anEscalation("gt-5", { body: "x".repeat(100_000) })];
    const tell = { do: "tell-mayor", agent: "hq-2", beads: ["gt-5"] } as const;
    const [mail] = carryOut(aSnapshot({ agents: [mayor], beads }), tell, { actor: "rule:r", now });
    expect(mail?.type === "bead.created" ? mail.bead.body.length : 0).toBeLessThan(50_000);
  });
});
