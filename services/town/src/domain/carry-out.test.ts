import { describe, expect, it } from "vitest";
import {
  aConvoy,
  anAdoption,
  anAgent,
  anIssue,
  aLanding,
  aPull,
  aRequest,
  aSnapshot,
  aWorker,
  head,
  now,
} from "./builders.ts";
import { carryOut } from "./carry-out.ts";
import type { Decision } from "./decision.ts";
import type { Snapshot } from "./snapshot.ts";

function carriedOut(decision: Decision, things: Parameters<typeof aSnapshot>[0] = {}) {
  return carryOut(aSnapshot(things), decision, { actor: "rule:test", now });
}

const working = anIssue("gt-1", { status: "in_progress", assignee: "gt-21", attempts: 1 });
const reading = aRequest("gt-2", "gt-1", {
  status: "in_progress",
  assignee: "gt-22",
  re: { review: "requested", reviewHead: head("1") },
});
const refinery = aWorker("gt-22", "gt-2", { role: "refinery", name: "refinery" });

function released(agent: string | null, things: Parameters<typeof aSnapshot>[0]) {
  return carriedOut({ do: "release", bead: "gt-1", agent, reason: "r", lost: false, setback: false }, things).map(
    (c) => c.type,
  );
}

describe("carry-out", () => {
  it("assigns to an agent that is there, or to a new one with the next name, number and identity", () => {
    const beads = [anIssue("gt-1")];
    expect(carriedOut({ do: "assign", bead: "gt-1", agent: "gt-21" }, { beads })).toEqual([
      { type: "bead.assigned", bead: "gt-1", agent: "gt-21" },
    ]);
    expect(
      carriedOut({ do: "assign", bead: "gt-1", agent: null }, { beads, agents: [anAgent("gt-21")] }),
    ).toMatchObject([
      { type: "bead.created", bead: { bead: "gt-rs", type: "agent", title: "Bellows", createdBy: "rule:test" } },
      {
        type: "agent.registered",
        agent: {
          agent: "gt-rs",
          name: "Bellows",
          identity: "Bellows-polecat-gt@demo",
          role: "polecat",
          rig: "web",
          generation: 0,
        },
      },
      { type: "bead.assigned", bead: "gt-1", agent: "gt-rs" },
    ]);
  });

  it("names an agent in a rig it does not know as well as it can", () => {
    const made = carriedOut({ do: "assign", bead: "gt-1", agent: null }, { rigs: [], beads: [anIssue("gt-1")] });
    expect(made[1]).toMatchObject({ agent: { agent: "hq-rs", identity: "Anvil-polecat-web@demo" } });
    const none = carriedOut({ do: "assign", bead: "gt-1", agent: null }, { beads: [anIssue("gt-1", { rig: null })] });
    expect(none[1]).toMatchObject({ agent: { identity: "Anvil-polecat-@demo" } });
  });

  it("dispatches: the branch is chosen at the first time and kept", () => {
    const agent = anAgent("gt-21", { hook: "gt-1", generation: 3, name: "Polecat-21" });
    const sent = (fields: object) =>
      carriedOut(
        { do: "dispatch", bead: "gt-1", agent: "gt-21" },
        { beads: [anIssue("gt-1", fields)], agents: [agent] },
      );
    expect(sent({ attempts: 1 })).toEqual([
      {
        type: "agent.dispatched",
        agent: "gt-21",
        bead: "gt-1",
        generation: 4,
        attempt: 2,
        branch: "gt/polecat-21/gt-1",
      },
      {
        type: "bead.status-changed",
        bead: "gt-1",
        from: "open",
        to: "in_progress",
        reason: "Polecat-21 was sent to work on it",
      },
      { type: "agent.status-changed", agent: "gt-21", from: "idle", to: "working", reason: "it works on gt-1" },
    ]);
    expect(sent({ branch: "gt/anvil/gt-1" })[0]).toMatchObject({ branch: "gt/anvil/gt-1" });
    const read = carriedOut(
      { do: "dispatch", bead: "gt-2", agent: "gt-21" },
      { beads: [aRequest("gt-2", "gt-1")], agents: [agent] },
    );
    expect(read[0]).toMatchObject({ branch: "gt/anvil/gt-1" });
  });

  it("releases: bead open and unassigned, agent idle, a silent one given up, what it read unread", () => {
    const lost = {
      do: "release",
      bead: "gt-1",
      agent: "gt-21",
      reason: "silence",
      lost: true,
      setback: false,
    } as const;
    expect(carriedOut(lost, { beads: [working], agents: [aWorker("gt-21", "gt-1")] })).toEqual([
      { type: "attempt.failed", bead: "gt-1", rig: "web" },
      { type: "bead.status-changed", bead: "gt-1", from: "in_progress", to: "open", reason: "silence" },
      { type: "bead.released", bead: "gt-1", agent: "gt-21", reason: "silence", setback: false },
      { type: "agent.status-changed", agent: "gt-21", from: "working", to: "idle", reason: "silence" },
      { type: "agent.lost", agent: "gt-21" },
    ]);
    const read = { do: "release", bead: "gt-2", agent: "gt-22", reason: "crash", lost: false, setback: false } as const;
    expect(carriedOut(read, { beads: [reading], agents: [refinery] }).map((c) => c.type)).toEqual([
      "attempt.failed",
      "bead.status-changed",
      "bead.released",
      "agent.status-changed",
      "review.withdrawn",
    ]);
  });

  it("releases what nobody has, and leaves an agent alone that is elsewhere or idle", () => {
    expect(released(null, { beads: [{ ...working, assignee: null }] })).toEqual(["bead.status-changed"]);
    expect(released("gt-21", { beads: [working], agents: [aWorker("gt-21", "gt-9")] })).toEqual([
      "bead.status-changed",
      "bead.released",
    ]);
    expect(released("gt-21", { beads: [anIssue("gt-1")], agents: [anAgent("gt-21", { hook: "gt-1" })] })).toEqual([
      "bead.released",
    ]);
  });

  it("takes the hook from an agent, or just the status when it has none", () => {
    const unhook = { do: "unhook", agent: "gt-21", reason: "ended" } as const;
    expect(carriedOut(unhook, { agents: [aWorker("gt-21", "gt-1")] })).toEqual([
      { type: "agent.unhooked", agent: "gt-21", bead: "gt-1" },
      { type: "agent.status-changed", agent: "gt-21", from: "working", to: "idle", reason: "ended" },
    ]);
    expect(carriedOut(unhook, { agents: [anAgent("gt-21", { hook: "gt-1" })] })).toHaveLength(1);
    expect(carriedOut(unhook, { agents: [aWorker("gt-21", "gt-1", { hook: null })] })).toEqual([
      { type: "agent.status-changed", agent: "gt-21", from: "working", to: "idle", reason: "ended" },
    ]);
  });

  it("fails a bead with its merge requests, and asks people for help", () => {
    const decision = {
      do: "fail-bead",
      bead: "gt-1",
      requests: ["gt-2"],
      code: "too_many_attempts",
      message: "why",
    } as const;
    const failed = carriedOut(decision, { beads: [anIssue("gt-1"), aRequest("gt-2", "gt-1")] });
    expect(failed).toMatchObject([
      {
        type: "bead.status-changed",
        bead: "gt-1",
        to: "failed",
        failure: { code: "too_many_attempts", message: "why" },
      },
      {
        type: "bead.status-changed",
        bead: "gt-2",
        to: "failed",
        failure: { code: "source_failed", message: "gt-1 failed: why" },
      },
      {
        type: "bead.created",
        bead: {
          type: "escalation",
          parent: "gt-1",
          title: "gt-1 failed: Title of gt-1",
          body: "why",
          severity: "high",
        },
      },
      { type: "escalation.raised", severity: "high" },
    ]);
  });

  it("hooks the refinery to the head it shall read, a new one when there is none", () => {
    const beads = [aRequest("gt-2", "gt-1")];
    const hook = (agent: string | null) => carriedOut({ do: "hook-refinery", bead: "gt-2", agent }, { beads });
    expect(hook("gt-22")).toEqual([
      { type: "bead.assigned", bead: "gt-2", agent: "gt-22" },
      { type: "review.requested", bead: "gt-2", source: "gt-1", head: head("1") },
    ]);
    expect(hook(null)[1]).toMatchObject({
      type: "agent.registered",
      agent: { name: "refinery", identity: "refinery-refinery-gt@demo", role: "refinery" },
    });
  });

  it("parks a review and says what a person can do", () => {
    const parked = carriedOut(
      { do: "park-review", bead: "gt-2" },
      { beads: [aRequest("gt-2", "gt-1", { attempts: 5 })] },
    );
    expect(parked).toMatchObject([
      { type: "review.parked", bead: "gt-2" },
      { type: "bead.created", bead: { parent: "gt-2", body: expect.stringContaining("Sling gt-2 to try again") } },
      { type: "escalation.raised" },
    ]);
  });

  it("sends work back, and lets go who reads it", () => {
    const decision = {
      do: "rework",
      bead: "gt-2",
      source: "gt-1",
      reader: null,
      head: head("1"),
      reason: "checks fail",
      feedback: "2 fail",
    } as const;
    const source = anIssue("gt-1", { status: "in_review", reworkRounds: 1 });
    const back = carriedOut(decision, { beads: [source, aRequest("gt-2", "gt-1")] });
    expect(back).toEqual([
      {
        type: "rework.requested",
        bead: "gt-1",
        request: "gt-2",
        round: 2,
        reason: "checks fail",
        feedback: "2 fail",
        head: head("1"),
      },
      { type: "bead.status-changed", bead: "gt-1", from: "in_review", to: "open", reason: "checks fail" },
    ]);
    const reader = { ...decision, reader: "gt-22" } as const;
    expect(carriedOut(reader, { beads: [source, reading], agents: [refinery] }).map((c) => c.type)).toEqual([
      "bead.status-changed",
      "agent.unhooked",
      "agent.status-changed",
      "review.withdrawn",
      "rework.requested",
      "bead.status-changed",
    ]);
    const idle = anAgent("gt-22", { hook: "gt-2" });
    const hooked = { ...reading, status: "open" as const };
    expect(carriedOut(reader, { beads: [source, hooked], agents: [idle] }).map((c) => c.type)).toEqual([
      "agent.unhooked",
      "review.withdrawn",
      "rework.requested",
      "bead.status-changed",
    ]);
  });

  it("closes what is merged, and leaves alone what has ended", () => {
    const decision = { do: "close-merged", bead: "gt-2", source: "gt-1", requests: ["gt-3", "gt-4"] } as const;
    const merged = aRequest("gt-2", "gt-1", { re: { pull: aPull({ state: "merged", mergeCommit: head("9") }) } });
    const beads = [
      anIssue("gt-1", { status: "in_review" }),
      merged,
      aRequest("gt-3", "gt-1"),
      aRequest("gt-4", "gt-1", { status: "failed" }),
    ];
    expect(carriedOut(decision, { beads })).toEqual([
      { type: "bead.status-changed", bead: "gt-2", from: "open", to: "closed", reason: `merged as ${head("9")}` },
      { type: "bead.status-changed", bead: "gt-1", from: "in_review", to: "closed", reason: `merged as ${head("9")}` },
      {
        type: "bead.status-changed",
        bead: "gt-3",
        from: "open",
        to: "closed",
        reason: `gt-2 was merged as ${head("9")}`,
      },
    ]);
    const unknown = aRequest("gt-2", "gt-1", { re: { pull: aPull({ state: "merged" }) } });
    expect(carriedOut({ ...decision, requests: [] }, { beads: [unknown] })).toMatchObject([
      { bead: "gt-2", reason: "merged" },
    ]);
  });

  it("ends what was abandoned: with its work item, or alone when that has ended", () => {
    const decision = { do: "end-abandoned", bead: "gt-2", source: "gt-1", requests: [] } as const;
    const request = aRequest("gt-2", "gt-1", { re: { pull: aPull({ state: "closed" }) } });
    expect(carriedOut(decision, { beads: [anIssue("gt-1", { status: "in_review" }), request] })).toMatchObject([
      {
        bead: "gt-1",
        to: "failed",
        failure: { code: "pr_closed", message: "its pull request #3 was closed without a merge" },
      },
      { bead: "gt-2", to: "failed", failure: { code: "source_failed" } },
    ]);
    const landing = aLanding("gt-2", "hq-9", { re: { pull: aPull({ state: "closed" }) } });
    expect(carriedOut({ ...decision, source: "hq-9" }, { beads: [aConvoy("hq-9", []), landing] })).toMatchObject([
      { bead: "gt-2", to: "failed", failure: { code: "pr_closed" } },
    ]);
    const adopted = anAdoption("gt-2", { re: { pull: aPull({ number: 9, state: "closed" }) } });
    expect(carriedOut({ ...decision, source: null }, { beads: [adopted] })).toEqual([
      expect.objectContaining({ to: "closed", reason: "its pull request #9 was closed without a merge" }),
    ]);
    for (const beads of [[request], [anIssue("gt-1", { status: "closed" }), request]]) {
      expect(carriedOut(decision, { beads })).toMatchObject([
        { bead: "gt-2", to: "failed", failure: { code: "source_ended" } },
      ]);
    }
  });

  it.each<[Decision, object]>([
    [
      { do: "register-rig", rig: "web" },
      { type: "rig.asked", rig: "web" },
    ],
    [
      { do: "ask-start-again", bead: "gt-1", agent: "gt-21" },
      { type: "agent.start-asked", agent: "gt-21" },
    ],
    [
      { do: "give-up-agent", agent: "gt-21" },
      { type: "agent.lost", agent: "gt-21" },
    ],
    [
      { do: "stop-agent", agent: "gt-21", reason: "r" },
      { type: "agent.stop-asked", agent: "gt-21" },
    ],
    [
      { do: "open-pull", bead: "gt-2" },
      { type: "pull.asked", bead: "gt-2" },
    ],
    [
      { do: "tell-review", bead: "gt-2" },
      { type: "review.told", bead: "gt-2" },
    ],
    [
      { do: "merge", bead: "gt-2", source: "gt-1", head: head("1") },
      { type: "merge.requested", bead: "gt-2", source: "gt-1", pull: 3, head: head("1") },
    ],
    [
      { do: "unblock", bead: "gt-1" },
      { type: "bead.unblocked", bead: "gt-1" },
    ],
    [
      { do: "close-pull", bead: "gt-2" },
      { type: "pull.close-asked", bead: "gt-2" },
    ],
  ])("remembers $do", (decision, change) => {
    expect(carriedOut(decision, { beads: [aRequest("gt-2", "gt-1")] })).toEqual([change]);
  });

  it("does not decide about what is not there", () => {
    const empty: Snapshot = aSnapshot();
    const by = { actor: "rule:test", now };
    for (const decision of [
      { do: "dispatch", bead: "gt-1", agent: "gt-21" },
      { do: "fail-bead", bead: "gt-1", requests: [], code: "c", message: "m" },
      { do: "park-review", bead: "gt-2" },
      { do: "unhook", agent: "gt-21", reason: "r" },
    ] as const) {
      expect(() => carryOut(empty, decision, by)).toThrow("not in the state");
    }
    const noPull = aSnapshot({ beads: [aRequest("gt-2", "gt-1", { re: { pull: null } })] });
    expect(() => carryOut(noPull, { do: "merge", bead: "gt-2", source: "gt-1", head: head("1") }, by)).toThrow(
      "pull request of gt-2",
    );
  });
});
