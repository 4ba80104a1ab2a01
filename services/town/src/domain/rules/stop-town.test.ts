import { describe, expect, it } from "vitest";
import {
  aConvoy,
  anAgent,
  anEscalation,
  anIssue,
  aMessage,
  aMolecule,
  aNudge,
  aPull,
  aRequest,
  aSnapshot,
  aTown,
  aWorker,
  head,
  now,
} from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { settle } from "../reconcile.ts";
import { stopTown } from "./stop-town.ts";

const stopped = { at: now - 5000, by: "user:ann", reason: "too dear" };
const working = anIssue("gt-1", { status: "in_progress", assignee: "gt-21", attempts: 3, lastDispatchAt: now - 900 });
const hooked = anIssue("gt-2", { assignee: "gt-22" });
const reading = aRequest("gt-3", "gt-4", { status: "in_progress", assignee: "gt-23", re: { review: "requested" } });
const inReview = anIssue("gt-4", { status: "in_review", assignee: "gt-21" });
const step = anIssue("gt-b", { kind: "step", molecule: "gt-7", step: { id: "one", needs: [] } });
const agents = [
  aWorker("gt-21", "gt-1"),
  anAgent("gt-22", { hook: "gt-2", name: "Bellows" }),
  aWorker("gt-23", "gt-3", { role: "refinery", name: "refinery" }),
];

function town(fields = { stopped }) {
  const beads = [
    working,
    hooked,
    reading,
    inReview,
    anIssue("gt-5"),
    aConvoy("gt-6", []),
    aMolecule("gt-7", "gt-5", { steps: ["gt-b"] }),
  ];
  const others = [anEscalation("gt-8"), aMessage("gt-9", "gt-21"), anIssue("gt-a", { status: "closed" }), step];
  return aSnapshot({ town: aTown({}, fields), beads: [...beads, ...others], agents });
}

describe("stop-town", () => {
  it("says nothing of a town that is not stopped", () => {
    expect(stopTown.look(aSnapshot({ beads: [working], agents }), now)).toEqual({
      decisions: [],
      explanations: [],
      nextLook: null,
    });
  });

  it("calls back who works, reads, or is about to", () => {
    const reason = "the town is stopped by user:ann";
    expect(stopTown.look(town(), now).decisions).toEqual([
      { do: "call-back", bead: "gt-1", agent: "gt-21", reason },
      { do: "call-back", bead: "gt-2", agent: "gt-22", reason },
      { do: "call-back", bead: "gt-3", agent: "gt-23", reason },
    ]);
  });

  it("says of every bead that waits who stopped the town, when and why, with no time at which to look", () => {
    const { explanations, nextLook } = stopTown.look(town(), now);
    expect(explanations.map(({ bead }) => bead)).toEqual([
      "gt-1",
      "gt-2",
      "gt-3",
      "gt-4",
      "gt-5",
      "gt-6",
      "gt-7",
      "gt-b",
    ]);
    expect(explanations[0]).toEqual({
      bead: "gt-1",
      says: "waits: the town is stopped by user:ann since 2027-01-15T07:59:55.000Z: too dear",
      movesWhen: "the town is let go on (gastown thaw)",
      until: null,
    });
    expect(nextLook).toBeNull();
    const silent = stopTown.look(town({ stopped: { ...stopped, reason: "" } }), now);
    expect(silent.explanations[0]?.says).toMatch(/08:00|07:59:55\.000Z$/);
  });
});

describe("a stopped town", () => {
  it("ends its runs, which are no attempts, and has nothing due once they have ended", () => {
    const { state, steps, settled } = settle(town(), now);
    expect(settled).toBe(true);
    expect(new Set(steps.map(({ decision }) => decision.do))).toEqual(new Set(["call-back", "stop-agent"]));
    expect(steps.filter(({ decision }) => decision.do === "stop-agent")).toHaveLength(2);
    expect(state.beads.get("gt-1")).toMatchObject({ status: "open", assignee: null, attempts: 2, setbacks: 0 });
    expect(state.beads.get("gt-3")).toMatchObject({ status: "open", request: { review: "none" } });
    expect([...state.agents.values()].map(({ hook, status }) => [hook, status])).toEqual(
      Array.from({ length: 3 }, () => [null, "idle"]),
    );
    const ended = evolveAll(
      state,
      ["gt-21", "gt-23"].map((agent) => {
        return { type: "agent.reported", agent, state: "exited", reason: "stopped", cause: "stopped", seenAt: now };
      }),
      now,
    );
    expect(settle({ ...state, ...ended }, now)).toMatchObject({ steps: [], nextLook: null });
  });

  it("neither dispatches, reads, merges, lands nor speaks, and goes on at once when it is thawed", () => {
    const ready = { pull: aPull({ state: "ready" }), review: "approved" as const, reviewHead: head("1") };
    const beads = [
      anIssue("gt-1", { attempts: 1, lastDispatchAt: now }),
      anIssue("gt-2", { status: "in_review" }),
      aRequest("gt-3", "gt-2", { re: ready }),
      anIssue("gt-4", { status: "in_review" }),
      aRequest("gt-5", "gt-4", { re: { pull: null, openAskedAt: null } }),
      aConvoy("gt-6", ["gt-7"]),
      anIssue("gt-7", { convoy: "gt-6", status: "closed" }),
    ];
    const snapshot = aSnapshot({ town: aTown({}, { stopped }), beads, nudges: [aNudge("n-1", "gt-21")], agents });
    const still = settle(snapshot, now);
    expect(still.steps.map(({ decision }) => decision.do).filter((what) => what !== "stop-agent")).not.toContainEqual(
      expect.stringMatching(/assign|dispatch|merge|open-pull|landing|nudge|hook-refinery/),
    );
    const thawed = evolveAll(still.state, [{ type: "town.thawed", by: "user:ann" }], now);
    const went = settle({ ...still.state, ...thawed }, now + 30_000).steps.map(({ decision }) => decision.do);
    expect(went).toEqual(expect.arrayContaining(["dispatch", "merge", "open-pull"]));
  });

  it("ends what people end: what they merge is closed, what they close is over", () => {
    const merged = { pull: aPull({ state: "merged", mergeCommit: head("2") }) };
    const beads = [inReview, aRequest("gt-3", "gt-4", { re: merged })];
    const { state } = settle(aSnapshot({ town: aTown({}, { stopped }), beads }), now);
    expect(["gt-3", "gt-4"].map((bead) => state.beads.get(bead)?.status)).toEqual(["closed", "closed"]);
  });
});
