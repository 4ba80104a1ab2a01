import { prState, type BeadStatus, type PolicyOverride } from "@gastown/contracts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEnded, type Bead, type Convoy, type Landing, type MergeRequest, type Request } from "./bead.ts";
import { aConvoy, aFixup, anAdoption, aLanding, anIssue, aPull, aRig, aSnapshot, head, now } from "./builders.ts";
import { noLanding } from "./evolve/convoy-steps.ts";
import { reconcile, settle, type Decided } from "./reconcile.ts";
import type { Snapshot } from "./snapshot.ts";

const past = fc.option(fc.integer({ min: now - 4_000_000, max: now }), { nil: null });
const heads = fc.constantFrom(head("1"), head("2"));
const status = fc.constantFrom<BeadStatus>("open", "closed", "closed", "failed");
const day = 86_400_000;
const year = 365 * day;

const anyRe: fc.Arbitrary<Partial<Request>> = fc.record({
  pull: fc.option(
    fc.record({ state: fc.constantFrom(...prState.options), head: heads }).map((fields) => aPull(fields)),
    { nil: null },
  ),
  awaitsReport: fc.boolean(),
  review: fc.constantFrom("none" as const, "approved" as const, "changes_requested" as const),
  reviewHead: heads,
  reviewTold: fc.boolean(),
  reworkedHead: fc.option(heads, { nil: null }),
  fixups: fc.nat(3),
  stuck: fc.option(
    fc.record({
      code: fc.constantFrom("left_to_people", "too_many_rounds", "head_has_pull"),
      message: fc.constant("m"),
      head: fc.option(heads, { nil: null }),
    }),
    { nil: null },
  ),
  openAskedAt: past,
  mergeAskedAt: past,
  mergeAskedHead: fc.option(heads, { nil: null }),
  closeAskedAt: past,
});
const anyRequest = fc.record({
  status: fc.constantFrom<BeadStatus>("open", "closed", "failed"),
  re: anyRe,
  repaired: fc.boolean(),
});

/** A landing with the request it names, if it was asked for. */
const anyLanding = fc.record({
  branchState: fc.constantFrom("none" as const, "ready" as const, "ready" as const, "failed" as const),
  branchAskedAt: past,
  attempts: fc.nat(5),
  lastAttemptAt: past,
  landedAt: fc.option(fc.constant(now - 5), { nil: null, freq: 4 }),
  request: anyRequest,
});
type AnyLanding = typeof anyLanding extends fc.Arbitrary<infer T> ? T : never;

const policies: fc.Arbitrary<PolicyOverride> = fc.record({
  codeReview: fc.boolean(),
  autoMerge: fc.boolean(),
  autoMergeDelayMs: fc.constantFrom(0, 60_000),
  autoResolveConflicts: fc.boolean(),
  autoResolveFeedback: fc.boolean(),
  landPartially: fc.boolean(),
  maxLandingAttempts: fc.integer({ min: 1, max: 5 }),
  maxReworkRounds: fc.integer({ min: 1, max: 3 }),
});

function asLanding({ request: _request, ...landing }: AnyLanding, rig: string, request: string): Landing {
  return { ...noLanding(rig), ...landing, request: landing.attempts === 0 ? null : request };
}

function requestsOf(landing: AnyLanding, id: string, convoy: string): Bead[] {
  if (landing.attempts === 0) return [];
  const { status: of, re, repaired } = landing.request;
  const request = aLanding(id, convoy, { rig: id.startsWith("ap") ? "api" : "web", status: of, re });
  return repaired ? [request, { ...aFixup(`${id}f`, request), rig: request.rig }] : [request];
}

const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    policy: policies,
    staged: fc.boolean(),
    gathers: fc.boolean(),
    of: status,
    members: fc.array(status, { maxLength: 4 }),
    landings: fc.tuple(anyLanding, anyLanding),
    adopted: anyRequest,
  })
  .map(({ policy, staged, gathers, of, members, landings, adopted }) => {
    const issues = members.map((each, n) =>
      anIssue(`gt-${n + 1}`, { status: each, convoy: "hq-9", rig: n % 2 === 0 ? "web" : "api" }),
    );
    const convoy = aConvoy(
      "hq-9",
      issues.map(({ bead }) => bead),
      {
        status: of,
        staged,
        ...(gathers ? {} : { branch: null }),
        landings: gathers ? [asLanding(landings[0], "web", "gt-20"), asLanding(landings[1], "api", "ap-21")] : [],
      },
    );
    const requests =
      gathers && !staged
        ? [...requestsOf(landings[0], "gt-20", "hq-9"), ...requestsOf(landings[1], "ap-21", "hq-9")]
        : [];
    return aSnapshot({
      policy: { ...policy, maxPolecatsPerRig: 4 },
      rigs: [aRig(), aRig({ rig: "api", prefix: "ap" })],
      beads: [convoy, ...issues, ...requests, anAdoption("gt-30", adopted)],
    });
  });

function counterexample(holds: (snapshot: Snapshot) => boolean, numRuns = 200): string | null {
  const found = fc.check(fc.property(snapshots, holds), { numRuns });
  if (!found.failed) return null;
  const [snapshot] = found.counterexample ?? [];
  const beads = snapshot === undefined ? [] : [...snapshot.beads.values()];
  return JSON.stringify({
    seed: found.seed,
    error: String(found.errorInstance),
    policy: snapshot?.town.policyOverride,
    beads,
  });
}

/** What is decided, but for the town's own books, which nobody waits for. */
function wantedIn(decided: readonly Decided[]): readonly Decided[] {
  return decided.filter(({ rule }) => rule !== "begin-budget-period");
}

const convoysOf = ({ beads }: Snapshot) => [...beads.values()].filter((bead): bead is Convoy => bead.type === "convoy");
const requestsIn = ({ beads }: Snapshot) =>
  [...beads.values()].filter((bead): bead is MergeRequest => bead.type === "merge_request" && !isEnded(bead));

function comesToRest(snapshot: Snapshot): boolean {
  let { state, settled, nextLook } = settle(snapshot, now);
  for (let looks = 0; looks < 8 && nextLook !== null; looks += 1) {
    const early = wantedIn(reconcile(state, nextLook - 1).decisions);
    if (!settled || early.length > 0) throw new Error(JSON.stringify({ settled, early, nextLook, now }));
    ({ state, settled, nextLook } = settle(state, nextLook));
  }
  return settled;
}

function landsOnce(snapshot: Snapshot): boolean {
  const { state } = settle(snapshot, now);
  const rigs = requestsIn(state).flatMap(({ request, rig }) => (request.source === "hq-9" ? [rig] : []));
  return rigs.length === new Set(rigs).size;
}

function speaks(snapshot: Snapshot): boolean {
  const { state, said } = settle(snapshot, now);
  const live = [...convoysOf(state).filter((bead) => !isEnded(bead)), ...requestsIn(state)];
  return live.every(({ bead }) => said.some((s) => s.bead === bead && s.movesWhen !== ""));
}

function keepsEnded(snapshot: Snapshot): boolean {
  const { state } = settle(snapshot, now);
  return [...snapshot.beads.values()].every((b) => !isEnded(b) || state.beads.get(b.bead)?.status === b.status);
}

/** A landing and an adopted pull request that wait for a person, under the policy of the given town: nothing but the question after a day of silence. */
function waitsQuietly({ town }: Snapshot): boolean {
  const re = { pull: aPull({ state: "awaiting_approval" }), awaitingSince: now - 1 };
  const asked = { branchState: "ready", attempts: 1, lastAttemptAt: now, request: "gt-20" } as const;
  const landings = [{ ...noLanding("web"), ...asked }];
  const beads = [
    aConvoy("hq-9", ["gt-1"], { landings, progress: { closed: 1, failed: 0 } }),
    anIssue("gt-1", { status: "closed", convoy: "hq-9" }),
    aLanding("gt-20", "hq-9", { re }),
    anAdoption("gt-30", { re }),
  ];
  const policy = { ...town.policyOverride, pullSilenceMs: day };
  return [now, now + 1000, now + year].every((at) => {
    const { steps, nextLook } = settle(aSnapshot({ policy, beads }), at);
    const wanted = wantedIn(steps).every(({ decision }) => decision.do === "open-pull" && at > now + day - 60_000);
    return wanted && nextLook !== null && nextLook > at && nextLook <= at + day;
  });
}

describe("convoys, whatever they are like", () => {
  it("come to a rest in which no rule wants anything, now and at every later look", () => {
    expect(counterexample(comesToRest)).toBeNull();
  }, 30_000);

  it("have at most one landing on its way in each rig", () => {
    expect(counterexample(landsOnce)).toBeNull();
  });

  it("and their merge requests say what they wait for, and what moves them", () => {
    expect(counterexample(speaks)).toBeNull();
  });

  it("never change what has ended", () => {
    expect(counterexample(keepsEnded)).toBeNull();
  });

  it("wait for a person for a year without an attempt, and with one question a day (R9, W5)", () => {
    expect(counterexample(waitsQuietly, 20)).toBeNull();
  });
});
