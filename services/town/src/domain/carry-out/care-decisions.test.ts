import { describe, expect, it } from "vitest";
import { aMessage, anAgent, anIssue, aNudge, aRequest, aSnapshot, aWorker, now } from "../builders.ts";
import { carryOut } from "../carry-out.ts";
import type { Decision } from "../decision.ts";
import { evolveAll } from "../evolve.ts";

const bead = anIssue("gt-1", { status: "in_progress", assignee: "gt-21", attempts: 2, lastDispatchAt: now - 60_000 });
const things = { beads: [bead], agents: [aWorker("gt-21", "gt-1")] };

function carriedOut(decision: Decision, given: Parameters<typeof aSnapshot>[0] = things) {
  const state = aSnapshot(given);
  const changes = carryOut(state, decision, { actor: "rule:nudge-stuck-agents", now });
  const after = evolveAll(state, changes, now);
  if (after === null) throw new Error("the town is gone");
  return { changes, after, types: changes.map(({ type }) => type) };
}

const stuck = { agent: "gt-21", bead: "gt-1", idleMs: 3_600_000 };

describe("what is done about agents that do nothing", () => {
  it("warns with one urgent nudge, to be said at once", () => {
    const { changes, after } = carriedOut({ do: "warn-stuck", tier: "warn", ...stuck });
    expect(changes).toMatchObject([
      { type: "agent.stuck", agent: "gt-21", bead: "gt-1", tier: "warn", idleMs: 3_600_000 },
      {
        type: "nudge.queued",
        nudge: {
          nudge: "n-rs",
          agent: "gt-21",
          mode: "immediate",
          priority: "urgent",
          source: "rule:nudge-stuck-agents",
          message: expect.stringMatching(/gt-1 for 60 min.*gt_done.*gt_escalate/),
          trace: bead.trace,
        },
      },
    ]);
    expect(after.agents.get("gt-21")?.nudgedAt).toEqual({ warn: now, escalate: null });
    expect(after.agents.get("gt-21")?.status).toBe("working");
  });

  it("escalates with a harder nudge and one question for triage", () => {
    const { changes, after } = carriedOut({ do: "warn-stuck", tier: "escalate", ...stuck });
    expect(changes.map(({ type }) => type)).toEqual([
      "agent.stuck",
      "nudge.queued",
      "bead.created",
      "triage.requested",
    ]);
    expect(changes[1]).toMatchObject({ nudge: { message: expect.stringContaining("After 2 h") } });
    expect(changes[2]).toMatchObject({
      bead: {
        kind: "triage-request",
        triage: { type: "stuck_agent", agent: "gt-21", about: "gt-1", options: ["RESTART", "CLOSE_BEAD", "ESCALATE"] },
      },
    });
    expect(after.agents.get("gt-21")?.nudgedAt).toEqual({ warn: null, escalate: now });
    expect(after.town.nextNumber).toBe(1002);
  });

  it("asks nobody twice", () => {
    const asked = carriedOut({ do: "warn-stuck", tier: "escalate", ...stuck }).after;
    const beads = [...asked.beads.values()];
    const again = carriedOut({ do: "warn-stuck", tier: "escalate", ...stuck }, { ...things, beads });
    expect(again.types).toEqual(["agent.stuck", "nudge.queued"]);
  });

  it("stalls: the bead is open again with its attempt counted, the agent rests, people are asked", () => {
    const { types, changes, after } = carriedOut({ do: "stall", ...stuck });
    expect(types).toEqual(
      expect.arrayContaining(["bead.status-changed", "bead.released", "agent.stalled", "triage.requested"]),
    );
    expect(types).not.toContain("agent.status-changed");
    expect(changes[0]).toMatchObject({ type: "agent.stuck", tier: "stop" });
    expect(after.beads.get("gt-1")).toMatchObject({ status: "open", assignee: null, attempts: 2, setbacks: 0 });
    expect(after.agents.get("gt-21")).toMatchObject({
      status: "stalled",
      stalledAt: now,
      hook: null,
      process: { state: "running" },
      dispatchedAt: null,
    });
    expect(after.town.spent.agentMs).toBe(60_000);
  });

  it("stalls a refinery: its merge request is unread again", () => {
    const request = aRequest("gt-1", "gt-9", { status: "in_progress", assignee: "gt-21", re: { review: "requested" } });
    const { after } = carriedOut({ do: "stall", ...stuck }, { ...things, beads: [request] });
    expect(after.beads.get("gt-1")).toMatchObject({ status: "open", assignee: null, request: { review: "none" } });
  });

  it("lets a stalled agent work again", () => {
    const agents = [anAgent("gt-21", { status: "stalled", stalledAt: now - 1 })];
    const { after } = carriedOut({ do: "revive", agent: "gt-21", reason: "it has rested" }, { agents });
    expect(after.agents.get("gt-21")).toMatchObject({ status: "idle", stalledAt: null });
  });
});

describe("what is done about agents nobody uses", () => {
  it("removes them with what was to be said to them and their unread mail", () => {
    const nudges = [aNudge("n-1", "gt-21"), aNudge("n-2", "gt-21", { state: "delivered" }), aNudge("n-3", "gt-22")];
    const beads = [aMessage("gt-5", "gt-21"), { ...bead, status: "closed" as const, lastAgent: "gt-21" }];
    const agents = [anAgent("gt-21"), anAgent("gt-22")];
    const remove = { do: "remove-agent", agent: "gt-21", beads: ["gt-5"], reason: "r" } as const;
    const { changes, after } = carriedOut(remove, { beads, agents, nudges });
    expect(changes).toEqual([
      { type: "bead.status-changed", bead: "gt-5", from: "open", to: "closed", reason: "Anvil was removed" },
      { type: "nudge.settled", nudge: "n-1", agent: "gt-21", state: "expired", reason: "Anvil was removed" },
      { type: "agent.removed", agent: "gt-21", name: "Anvil", reason: "r" },
    ]);
    expect([...after.agents.keys()]).toEqual(["gt-22"]);
    expect([...after.nudges.keys()]).toEqual(["n-3"]);
    expect(after.beads.get("gt-1")).toMatchObject({ assignee: "gt-21", lastAgent: "gt-21" });
  });
});

describe("what is done about nudges and mail", () => {
  it("announces mail with one nudge for the end of the turn", () => {
    const beads = [
      aMessage("gt-5", "gt-21"),
      aMessage("gt-6", "gt-21", { createdBy: "agent:gt-3" }),
      aMessage("gt-7", "gt-21"),
    ];
    const { changes, after } = carriedOut(
      { do: "announce-mail", agent: "gt-21", beads: ["gt-5", "gt-6", "gt-7"] },
      { ...things, beads },
    );
    expect(changes.slice(0, 3).map(({ type }) => type)).toEqual(Array(3).fill("mail.announced"));
    expect(changes[3]).toMatchObject({
      type: "nudge.queued",
      nudge: {
        mode: "wait-idle",
        priority: "normal",
        message: "You have mail from user:ann, agent:gt-3: fetch it with gt_mail_check.",
      },
    });
    expect(after.beads.get("gt-6")).toMatchObject({ announced: true, status: "open" });
  });

  it("names some of many senders", () => {
    const beads = Array.from({ length: 9 }, (_, i) => aMessage(`gt-${i + 1}`, "gt-21", { createdBy: `user:u${i}` }));
    const ids = beads.map((message) => message.bead);
    const { changes } = carriedOut({ do: "announce-mail", agent: "gt-21", beads: ids }, { ...things, beads });
    expect(changes.at(-1)).toMatchObject({ nudge: { message: expect.stringContaining("user:u4 and 4 others") } });
    expect(carriedOut({ do: "announce-mail", agent: "gt-21", beads: [] }).changes).toEqual([]);
  });

  it("asks for a delivery, and settles what came too late", () => {
    const given = { ...things, nudges: [aNudge("n-1", "gt-21")] };
    const asked = carriedOut({ do: "deliver-nudge", nudge: "n-1", agent: "gt-21" }, given);
    expect(asked.after.nudges.get("n-1")).toMatchObject({ state: "pending", askedAt: now });
    const late = carriedOut({ do: "settle-nudge", nudge: "n-1", state: "expired", reason: "late" }, given);
    expect(late.after.nudges.get("n-1")).toMatchObject({ state: "expired", reason: "late", deliveredAt: null });
  });
});
