import { describe, expect, it } from "vitest";
import { aContext, anAgent, aSnapshot } from "../builders.ts";
import { sendMail } from "./send-mail.ts";

const data = { to: "gt-21", subject: "Hello", body: "Look" };

describe("send-mail", () => {
  it.each([
    ["a rig's agent", "web", "gt-rs"],
    ["an agent of the town", null, "hq-rs"],
  ])("puts a message into the mailbox of %s", (_reason, rig, bead) => {
    const state = aSnapshot({ agents: [anAgent("gt-21", { rig })] });
    expect(sendMail.needs(data)).toEqual({ agents: ["gt-21"], rigs: "all" });
    expect(sendMail.decide(state, data, aContext())).toMatchObject({
      outcome: "applied",
      changes: [
        {
          type: "bead.created",
          bead: { bead, type: "message", status: "open", assignee: "gt-21", createdBy: "user:ann" },
        },
        { type: "mail.sent", bead, to: "gt-21", subject: "Hello" },
      ],
      result: { bead },
    });
  });

  it("does not know other agents", () => {
    expect(sendMail.decide(aSnapshot(), data, aContext())).toMatchObject({
      outcome: "terminal",
      code: "agent_not_found",
    });
  });
});
