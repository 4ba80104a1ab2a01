import { describe, expect, it } from "vitest";
import { anIssue, aRig, aSnapshot, aTown, aWorker, now } from "../builders.ts";
import { settle } from "../reconcile.ts";
import type { FailedAttempt } from "../town.ts";
import { circuitBreaker } from "./circuit-breaker.ts";

const policy = { breakerFailures: 4, breakerRigFailures: 3, breakerWindowMs: 60_000 };
const failed = (rig: string, ...ago: number[]): FailedAttempt[] => ago.map((ms) => ({ rig, at: now - ms }));
const rigs = [aRig(), aRig({ rig: "api", prefix: "api" })];

function look(failures: FailedAttempt[], open: (string | null)[] = [], own = rigs) {
  return circuitBreaker.look(aSnapshot({ town: aTown(policy, { failures, open }), rigs: own }), now);
}

const close = (rig: string | null) => ({ decisions: [{ do: "close-breaker", rig }], nextLook: null });

describe("circuit-breaker", () => {
  it.each<[string, FailedAttempt[], object[], number | null]>([
    ["below both", failed("web", 1, 2), [], null],
    ["as many as a rig may have, over two rigs", [...failed("web", 1, 2), ...failed("api", 3)], [], null],
    [
      "as many as a rig may have",
      failed("web", 1000, 2000, 3000),
      [{ do: "open-breaker", rig: "web", failures: 3 }],
      now - 3000 + 60_000,
    ],
    [
      "as many as the town may have",
      [...failed("web", 5, 9), ...failed("api", 7, 8)],
      [{ do: "open-breaker", rig: null, failures: 4 }],
      now - 9 + 60_000,
    ],
    ["some of them old", failed("web", 1, 2, 60_000), [], null],
    ["all just young enough", failed("web", 1, 2, 59_999), [{ do: "open-breaker", rig: "web", failures: 3 }], now + 1],
    [
      "more than needed: the count is below again when the last but one has left",
      failed("web", 10, 20, 30, 40).slice(0, 4).toReversed(),
      [
        { do: "open-breaker", rig: null, failures: 4 },
        { do: "open-breaker", rig: "web", failures: 4 },
      ],
      now - 40 + 60_000,
    ],
  ])("opens on the edge with %s", (_what, failures, decisions, nextLook) => {
    expect(look(failures)).toEqual({ decisions, explanations: [], nextLook });
  });

  it("is told once, and looks exactly when the count is below again", () => {
    const failures = failed("web", 10, 20, 30);
    expect(look(failures, ["web"])).toEqual({ decisions: [], explanations: [], nextLook: now - 30 + 60_000 });
  });

  it("closes on the edge: old failures, a thaw, or a rig that is gone", () => {
    expect(look(failed("web", 10, 20, 60_000), ["web"])).toMatchObject(close("web"));
    expect(look([], [null])).toMatchObject(close(null));
    expect(look(failed("gone", 10, 20, 30), ["gone"])).toMatchObject(close("gone"));
  });

  it("counts what a rig sets for itself (W23)", () => {
    const own = [aRig({ policyOverride: { breakerRigFailures: 1 } })];
    expect(look(failed("web", 5), [], own).decisions).toMatchObject([{ do: "open-breaker", rig: "web" }]);
  });

  it("does not mind how much work goes well (W7)", () => {
    const ids = Array.from({ length: 30 }, (_, i) => `gt-${i + 10}`);
    const beads = ids.map((bead) => anIssue(bead, { status: "in_progress", assignee: `a-${bead}`, attempts: 1 }));
    const agents = ids.map((bead) => aWorker(`a-${bead}`, bead));
    const { steps } = settle(aSnapshot({ beads, agents, policy: { breakerFailures: 2 } }), now);
    expect(steps).toEqual([]);
  });
});

describe("a town whose agents crash", () => {
  const wide = { maxPolecatsPerRig: 10, maxDispatchAttempts: 100, dispatchCooldownMs: [0], heartbeatLostMs: 1_000_000 };
  const ids = ["gt-1", "gt-2", "gt-3", "gt-4"];
  const beads = [
    ...ids.map((bead) => anIssue(bead, { status: "in_progress", assignee: `a-${bead}`, attempts: 1 })),
    anIssue("api-5", { rig: "api" }),
    anIssue("gt-6", { status: "in_progress", assignee: "a-gt-6", attempts: 1 }),
  ];
  const crashed = { state: "ended", how: "exited", reason: "crashed", cause: "crashed" } as const;
  const agents = [
    ...ids.map((bead) => aWorker(`a-${bead}`, bead, { process: crashed, name: bead })),
    aWorker("a-gt-6", "gt-6"),
  ];
  const crash = (override = {}) =>
    settle(aSnapshot({ beads, agents, rigs, policy: { ...policy, ...wide, ...override } }), now);

  it("sends nobody any more until the failures are old; what runs goes on", () => {
    const { steps, state, said, nextLook } = crash();
    const done = steps.map(({ decision }) => decision.do);
    expect(steps.flatMap(({ changes }) => changes).filter(({ type }) => type === "attempt.failed")).toHaveLength(4);
    expect(done).not.toContain("dispatch");
    expect(state.town.open).toEqual([null, "web"]);
    expect(state.beads.get("gt-6")?.status).toBe("in_progress");
    expect(said.filter(({ bead }) => bead === "gt-1" || bead === "api-5")).toMatchObject([
      { says: "waits {wait} for the breaker of the town: 4 attempts failed in the last 60 s", until: now + 60_000 },
      { says: "waits {wait} for the breaker of the town: 4 attempts failed in the last 60 s" },
    ]);
    expect(nextLook).toBe(now + 60_000);
    const later = settle(state, now + 60_000);
    expect(later.steps.slice(0, 2).map(({ decision }) => decision)).toEqual([
      { do: "close-breaker", rig: null },
      { do: "close-breaker", rig: "web" },
    ]);
    expect(later.steps.filter(({ decision }) => decision.do === "dispatch")).toHaveLength(5);
    expect(later.state.town.open).toEqual([]);
  });

  it("stops one rig and lets the others go on", () => {
    const { steps, state } = crash({ breakerFailures: 5 });
    expect(state.town.open).toEqual(["web"]);
    const sent = steps.flatMap(({ decision }) => (decision.do === "dispatch" ? [decision.bead] : []));
    expect(sent).toEqual(["api-5"]);
  });
});
