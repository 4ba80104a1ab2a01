import { describe, expect, it } from "vitest";
import { aContext, anAgent, aSnapshot, now } from "../builders.ts";
import { sendNudge } from "./send-nudge.ts";

const data = { agent: "gt-21", message: "Look", mode: "wait-idle" as const, priority: "normal" as const };

describe("send-nudge", () => {
  it("queues one nudge with the town's next number, whatever the agent does", () => {
    const state = aSnapshot({ agents: [anAgent("gt-21")] });
    expect(sendNudge.needs(data)).toEqual({ agents: ["gt-21"] });
    expect(sendNudge.decide(state, data, aContext())).toMatchObject({
      outcome: "applied",
      changes: [
        {
          type: "nudge.queued",
          nudge: {
            nudge: "n-rs",
            agent: "gt-21",
            message: "Look",
            mode: "wait-idle",
            priority: "normal",
            source: "user:ann",
            state: "pending",
            createdAt: now,
            askedAt: null,
            deliveredAt: null,
          },
        },
      ],
      result: { nudge: "n-rs" },
    });
  });

  it.each([
    ["as long as its sender says", { ttlMs: 5000 }, 5000],
    ["as long as the policy says", {}, 70_000],
    ["in any mode", { mode: "immediate" as const }, 70_000],
  ])("is worth delivering %s", (_reason, fields, ttlMs) => {
    const state = aSnapshot({ policy: { nudgeTtlMs: 70_000 }, agents: [anAgent("gt-21")] });
    expect(sendNudge.decide(state, { ...data, ...fields }, aContext())).toMatchObject({
      changes: [{ nudge: { expiresAt: now + ttlMs } }],
    });
  });

  it("does not know other agents", () => {
    expect(sendNudge.decide(aSnapshot(), data, aContext())).toMatchObject({
      outcome: "terminal",
      code: "agent_not_found",
    });
  });
});
