import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { anAgent, anIssue, aRequest, aRig, aSnapshot, aWorker, now } from "../builders.ts";
import { assignOpenBead } from "./assign-open-bead.ts";

function look(beads: readonly Bead[], agents: readonly Agent[] = [], more: Parameters<typeof aSnapshot>[0] = {}) {
  return assignOpenBead.look(aSnapshot({ ...more, beads, agents }), now);
}
const assigned = (found: ReturnType<typeof look>) =>
  found.decisions.flatMap((d) => (d.do === "assign" ? [[d.bead, d.agent]] : []));

describe("assign-open-bead, to whom", () => {
  it.each([
    ["an idle polecat of the rig", [anAgent("gt-21")], "gt-21"],
    ["a new one when there is none", [], null],
    ["a new one when the idle one is of another rig", [anAgent("gt-21", { rig: "api" })], null],
    ["a new one when the only idle agent is a refinery", [anAgent("gt-21", { role: "refinery" })], null],
    [
      "a new one when the idle one's last run has not ended",
      [anAgent("gt-21", { process: { state: "running" } })],
      null,
    ],
    ["one whose last run was given up", [anAgent("gt-21", { process: { state: "lost" } })], "gt-21"],
  ])("gives an open bead to %s", (_reason, agents, agent) => {
    expect(look([anIssue("gt-1")], agents)).toMatchObject({
      decisions: [{ do: "assign", bead: "gt-1", agent }],
      explanations: [],
      nextLook: null,
    });
  });

  it("prefers who worked on it before and has its worktree", () => {
    expect(assigned(look([anIssue("gt-1", { lastAgent: "gt-22" })], [anAgent("gt-21"), anAgent("gt-22")]))).toEqual([
      ["gt-1", "gt-22"],
    ]);
  });

  it("gives each bead its own polecat, the most urgent first, then the oldest, up to the cap (W24)", () => {
    const beads = [
      anIssue("gt-4"),
      anIssue("gt-2", { priority: "low" }),
      anIssue("gt-3"),
      anIssue("gt-9", { priority: "critical" }),
      anIssue("gt-8", { priority: "high" }),
    ];
    const found = look(beads, [anAgent("gt-21"), anAgent("gt-22"), aWorker("gt-23", "gt-7")], {
      policy: { maxPolecatsPerRig: 5 },
    });
    expect(assigned(found)).toEqual([
      ["gt-9", "gt-21"],
      ["gt-8", "gt-22"],
      ["gt-3", null],
      ["gt-4", null],
    ]);
    expect(found.explanations).toEqual([
      {
        bead: "gt-2",
        says: "waits for a free polecat (cap 5)",
        movesWhen: "a polecat of its rig is free, or maxPolecatsPerRig is raised",
        until: null,
      },
    ]);
  });

  it("waits for a polecat to end its run rather than register more than the cap", () => {
    const ending = anAgent("gt-21", { process: { state: "running" } });
    const found = look([anIssue("gt-1")], [ending], { policy: { maxPolecatsPerRig: 1 } });
    expect(found.decisions).toEqual([]);
    expect(found.explanations[0]?.says).toBe("waits for a free polecat (cap 1)");
  });

  it("lets no stalled agent take a place for ever, but while its process may run", () => {
    const policy = { maxPolecatsPerRig: 1 };
    const stalled = anAgent("gt-21", { status: "stalled", process: { state: "running" } });
    expect(look([anIssue("gt-1")], [stalled], { policy }).decisions).toEqual([]);
    const rests = { ...stalled, process: { state: "ended", how: "exited", reason: "stopped" } } as const;
    expect(assigned(look([anIssue("gt-1")], [rests], { policy }))).toEqual([["gt-1", null]]);
  });

  it("gives the places of the town to the most urgent, whatever its rig (R11)", () => {
    const rigs = [aRig(), aRig({ rig: "api", prefix: "api" })];
    const beads = [anIssue("gt-1"), anIssue("gt-2", { priority: "high" }), anIssue("api-3", { rig: "api" })];
    const busy = aWorker("gt-21", "gt-9");
    const found = look(beads, [busy], { rigs, policy: { maxPolecatsPerTown: 3, maxPolecatsPerRig: 2 } });
    expect(assigned(found)).toEqual([
      ["gt-2", null],
      ["api-3", null],
    ]);
    expect(found.explanations).toMatchObject([{ bead: "gt-1", says: "waits for a free polecat (cap 2)" }]);
    const fewer = look(beads, [busy], { rigs, policy: { maxPolecatsPerTown: 2 } });
    expect(assigned(fewer)).toEqual([["gt-2", null]]);
    expect(fewer.explanations).toEqual(
      ["gt-1", "api-3"].map((bead) => ({
        bead,
        says: "waits for a free polecat (cap 2 of the town)",
        movesWhen: "a polecat of the town is free, or maxPolecatsPerTown is raised",
        until: null,
      })),
    );
  });

  it("goes by what a rig sets for itself (W23)", () => {
    const rigs = [aRig({ policyOverride: { maxPolecatsPerRig: 1, maxDispatchAttempts: 2 } })];
    const beads = [anIssue("gt-1"), anIssue("gt-2"), anIssue("gt-3", { attempts: 2 })];
    const found = look(beads, [], { rigs });
    expect(found.decisions).toMatchObject([
      { do: "assign", bead: "gt-1" },
      { do: "fail-bead", bead: "gt-3" },
    ]);
    expect(found.explanations).toMatchObject([{ bead: "gt-2", says: "waits for a free polecat (cap 1)" }]);
  });

  it("counts each rig for itself", () => {
    const rigs = [aRig(), aRig({ rig: "api", prefix: "api" })];
    const found = look([anIssue("gt-1"), anIssue("api-2", { rig: "api" })], [], {
      rigs,
      policy: { maxPolecatsPerRig: 1 },
    });
    expect(assigned(found)).toHaveLength(2);
  });
});

describe("assign-open-bead, whether at all", () => {
  it.each([
    ["is held", anIssue("gt-1", { held: true }), "is held"],
    ["waits for a live bead", anIssue("gt-1", { dependsOn: ["gt-5"] }), "waits for gt-5 (in_progress)"],
    ["waits for a failed one (W26)", anIssue("gt-1", { dependsOn: ["gt-6"] }), "waits for gt-6 (failed)"],
    [
      "is in a rig that is not ready",
      anIssue("gt-1", { rig: "new" }),
      "waits for rig new to be registered with the forge",
    ],
    [
      "is in a rig that cannot be used",
      anIssue("gt-1", { rig: "bad" }),
      "waits for rig bad, which cannot be used: no such path",
    ],
    [
      "is in a rig that failed without a reason",
      anIssue("gt-1", { rig: "odd" }),
      "waits for rig odd, which cannot be used: no reason given",
    ],
    ["is in no rig", anIssue("gt-1", { rig: null }), "waits for rig null to be registered with the forge"],
  ])("leaves a bead alone that %s, and says so", (_reason, bead, says) => {
    const others = [
      anIssue("gt-5", { status: "in_progress", assignee: "gt-21" }),
      anIssue("gt-6", { status: "failed" }),
    ];
    const rigs = [
      aRig(),
      aRig({ rig: "new", state: "registering" }),
      aRig({ rig: "bad", state: "failed", stateReason: "no such path" }),
      aRig({ rig: "odd", state: "failed" }),
    ];
    expect(look([bead, ...others], [], { rigs })).toMatchObject({
      decisions: [],
      explanations: [{ bead: "gt-1", says, until: null }],
      nextLook: null,
    });
  });

  it("says what a person can do about a failed blocker", () => {
    const found = look([
      anIssue("gt-1", { dependsOn: ["gt-5", "gt-6"] }),
      anIssue("gt-5", { status: "in_review" }),
      anIssue("gt-6", { status: "failed" }),
    ]);
    expect(found.explanations[0]?.movesWhen).toBe(
      "gt-5 is closed; gt-6 has failed: close it, or remove the dependency on it",
    );
  });

  it.each([
    [1, 30_000],
    [2, 60_000],
    [3, 120_000],
    [4, 300_000],
  ])("waits after %i attempts for %i ms (kilo-town §3.1)", (attempts, cooldown) => {
    const dispatched = (ago: number) => look([anIssue("gt-1", { attempts, lastDispatchAt: now - ago })]);
    expect(assigned(dispatched(cooldown))).toHaveLength(1);
    const found = dispatched(cooldown - 7000);
    expect(found).toMatchObject({ decisions: [], nextLook: now + 7000 });
    expect(found.explanations[0]).toMatchObject({
      says: `waits {wait} for its dispatch cool-down (attempt ${attempts} of 5 brought nothing)`,
      until: now + 7000,
    });
  });

  it("holds the last waiting time for all later attempts, and none after a person lifted it", () => {
    const policy = { maxDispatchAttempts: 9, dispatchCooldownMs: [1000, 2000] };
    expect(look([anIssue("gt-1", { attempts: 7, lastDispatchAt: now - 1500 })], [], { policy }).nextLook).toBe(
      now + 500,
    );
    expect(assigned(look([anIssue("gt-1", { attempts: 7, lastDispatchAt: null })], [], { policy }))).toHaveLength(1);
    expect(assigned(look([anIssue("gt-1", { attempts: 0, lastDispatchAt: now })]))).toHaveLength(1);
  });

  it("fails a bead, and its merge request, after too many attempts without progress", () => {
    const beads = [anIssue("gt-1", { attempts: 5, lastDispatchAt: now }), aRequest("gt-2", "gt-1")];
    expect(look(beads).decisions).toEqual([
      {
        do: "fail-bead",
        bead: "gt-1",
        requests: ["gt-2"],
        code: "too_many_attempts",
        message: "5 dispatches in a row brought nothing; its history says what became of each",
      },
    ]);
  });

  it("never fails a bead because of setbacks, which only make it wait longer (W8)", () => {
    const often = (ago: number) => look([anIssue("gt-1", { setbacks: 40, lastDispatchAt: now - ago })]);
    expect(often(599_000)).toMatchObject({
      decisions: [],
      explanations: [{ says: "waits {wait} for its dispatch cool-down (40 starts never ran or were lost)" }],
      nextLook: now + 1000,
    });
    expect(assigned(often(600_000))).toHaveLength(1);
    const both = look([anIssue("gt-1", { attempts: 1, setbacks: 1, lastDispatchAt: now - 59_000 })]);
    expect(both.explanations[0]?.says).toContain("(attempt 1 of 5 brought nothing, 1 starts never ran or were lost)");
    expect(both.nextLook).toBe(now + 1000);
  });

  it("leaves beads alone that are not open or have an agent", () => {
    const beads = [
      anIssue("gt-1", { assignee: "gt-21" }),
      anIssue("gt-2", { status: "in_review" }),
      anIssue("gt-3", { status: "closed" }),
    ];
    expect(look(beads)).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});
