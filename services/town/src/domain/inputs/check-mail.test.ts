import { describe, expect, it } from "vitest";
import { aContext, aMessage, anAgent, aSnapshot, now } from "../builders.ts";
import { isoTime } from "../time.ts";
import { checkMail } from "./check-mail.ts";

const data = { agent: "gt-21" };

describe("check-mail", () => {
  it("hands out what is undelivered, oldest first, and nothing of others", () => {
    const state = aSnapshot({
      beads: [
        aMessage("gt-3", "gt-21"),
        aMessage("gt-2", "gt-21", { createdAt: now }),
        aMessage("gt-4", "gt-22"),
        aMessage("gt-1", "gt-21", { status: "closed" }),
      ],
      agents: [anAgent("gt-21")],
    });
    expect(checkMail.needs(data)).toEqual({ agents: ["gt-21"], mailOf: "gt-21" });
    expect(checkMail.decide(state, data, aContext({ actor: "agent:gt-21" }))).toMatchObject({
      outcome: "applied",
      changes: [{ type: "mail.delivered", agent: "gt-21", beads: ["gt-2", "gt-3"] }],
      result: {
        mail: [
          { bead: "gt-2", from: "user:ann", subject: "Title of gt-2", body: "Body of gt-2", at: isoTime(now) },
          { bead: "gt-3" },
        ],
      },
    });
  });

  it("hands out as much as one verdict carries, and one at least", () => {
    const long = "x".repeat(100_000);
    const beads = [aMessage("gt-1", "gt-21", { body: long }), aMessage("gt-2", "gt-21", { body: long })];
    const state = aSnapshot({ beads, agents: [anAgent("gt-21")] });
    expect(checkMail.decide(state, data, aContext())).toMatchObject({ changes: [{ beads: ["gt-1"] }] });
  });

  it("changes nothing when there is none", () => {
    expect(checkMail.decide(aSnapshot({ agents: [anAgent("gt-21")] }), data, aContext())).toEqual({
      outcome: "applied",
      changes: [],
      result: { mail: [] },
    });
  });

  it("is for the agent itself", () => {
    const state = aSnapshot({ agents: [anAgent("gt-21")] });
    expect(checkMail.decide(state, data, aContext({ actor: "agent:gt-22" }))).toMatchObject({
      outcome: "refused",
      code: "invalid",
    });
    expect(checkMail.decide(aSnapshot(), data, aContext())).toMatchObject({
      outcome: "terminal",
      code: "agent_not_found",
    });
  });
});
