import type { PrState } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { expect } from "vitest";
import { derive, type Derived } from "../../domain/derive.ts";
import type { MergePolicy, Snapshot } from "../../domain/snapshot.ts";
import { ScmError, type Forge, type PullRef } from "../forge.ts";
import { freely } from "./open-pull.ts";

/** What the suite wants of a merge: no more than the forge's own rules, and all checks green. */
const policy: MergePolicy = {
  method: "merge",
  requireApproval: false,
  allowUnstable: false,
  resolveAllThreads: false,
  waitOptional: false,
  expectChecks: false,
  settleMs: 0,
  delegate: "none",
};

/** What the service makes of a snapshot of a head that is an hour old. */
export function judge(snapshot: Snapshot, over: Partial<MergePolicy> = {}): Derived {
  return derive(snapshot, { ...policy, ...over }, { knownHead: null, headAgeMs: 3_600_000, refusal: null });
}

export interface Looked extends Derived {
  readonly snapshot: Snapshot;
  /** The states of all causes, the first one first, each once. */
  readonly all: readonly PrState[];
}

/** Reads a pull request, with a nudge each time the forge has not worked it out, until it is in this state. */
export function untilState(
  { forge, ref }: { forge: Forge; ref: PullRef },
  state: PrState,
  over: Partial<MergePolicy> = {},
): Promise<Looked> {
  return eventually(
    async () => {
      const snapshot = await forge.getSnapshot(ref, freely);
      const derived = judge(snapshot, over);
      const here = derived.state === state;
      if (!here && derived.action.do === "nudge") await forge.nudgeMergeability(ref, freely);
      const why = derived.causes.map((cause) => cause.message).join("; ");
      expect(derived.state, `${snapshot.gateRaw}: ${why}`).toBe(state);
      return { ...derived, snapshot, all: [...new Set(derived.causes.map(stateOf))] };
    },
    { timeoutMs: 15_000, message: `it did not become ${state}` },
  );
}

function stateOf(cause: { readonly state: PrState }): PrState {
  return cause.state;
}

/** The call is refused with an error of one of these kinds. */
export async function expectScmError(call: Promise<unknown>, ...kinds: ScmError["kind"][]): Promise<ScmError> {
  const error: unknown = await call.then(
    (answer) => new Error(`it was granted: ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScmError)) throw error;
  if (!kinds.includes(error.kind)) throw error;
  expect(kinds).toContain(error.kind);
  return error;
}
