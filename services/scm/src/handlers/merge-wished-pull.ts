import { span } from "@gastown/telemetry";
import type { GateVerdict } from "../domain/merge-gate.ts";
import { ScmError, type Forge } from "../forges/forge.ts";
import { settleAttempt, startAttempt, takeBackAttempt } from "../store/merge-attempts.ts";
import type { SettledAttempt } from "../store/pull-look.ts";
import type { NumberedPull } from "../store/rows.ts";
import { postponeLook } from "../store/save-look.ts";
import type { ScmContext } from "./context.ts";
import type { Judgement } from "./judge-pull.ts";
import { traceOf, type NumberedLook } from "./numbered-look.ts";

interface Doing {
  readonly forge: Forge;
  readonly judgement: Judgement;
  readonly signal: AbortSignal;
}

type Go = Extract<GateVerdict, { gate: "merge" | "enqueue" | "delegate" }>;
type End = Pick<SettledAttempt, "result" | "message" | "sha">;

/** When an attempt whose outcome is not known is read back for the first time (scm §2.3 step 8). */
const firstReadBackMs = 1_000;
/** Another pull request is merged into the base right now. */
const busyAgainMs = 1_000;

/**
 * One attempt, if the gate grants the wish: recorded before it is made, and never made again when its outcome is not known. True
 * when the next look is to see at once what came of it; it sees that also when this one is killed here.
 */
export async function mergeWishedPull(context: ScmContext, look: NumberedLook, doing: Doing): Promise<boolean> {
  const { gate, fingerprint } = doing.judgement;
  if (gate === null || !isGo(gate)) return false;
  const { db } = context;
  const { pull, repo } = look;
  const pauseMs = gate.gate === "merge" ? doing.forge.capabilities().pauseAfterMergeMs : 0;
  const wish = { pull, repo, fingerprint, expectedHead: gate.expectedHead, pauseMs };
  const begun = await startAttempt(db, wish);
  if (begun === "busy") await postponeLook(db, pull.id, { inMs: busyAgainMs });
  if (begun !== "started") return false;
  return span(gate.gate, { parent: traceOf(pull), attributes: attributesOf(pull) }, async (active) => {
    const end = await attempt(context, look, { ...doing, gate });
    active.setAttributes({ "merge.outcome": end?.result ?? "unknown" });
    if (end?.result === "refused") active.setError(end.message ?? "");
    if (end !== null) await settleAttempt(db, pull.id, { fingerprint, ...end });
    await postponeLook(db, pull.id, { inMs: end === null ? firstReadBackMs : 0, read: true });
    return end !== null;
  });
}

function isGo(gate: GateVerdict): gate is Go {
  return gate.gate === "merge" || gate.gate === "enqueue" || gate.gate === "delegate";
}

/** How it ended; null when that is not known. Throws when the forge did not even look at it. */
async function attempt(context: ScmContext, { pull }: NumberedLook, doing: Doing & { gate: Go }): Promise<End | null> {
  const { town, rig, number, bead } = pull;
  const about = { town, rig, bead, number, gate: doing.gate.gate };
  try {
    const end = await ask(pull, doing);
    const level = end.result === "refused" ? "warn" : "info";
    context.logger[level]({ ...about, outcome: end.result, reason: end.message, sha: end.sha }, "merge attempted");
    return end;
  } catch (error) {
    if (!(error instanceof ScmError)) throw error;
    context.logger.warn(
      { ...about, kind: error.kind, reason: error.message },
      "merge attempted, and the forge did not answer",
    );
    if (error.kind === "rate") {
      await takeBackAttempt(context.db, pull.id, doing.judgement.fingerprint);
      throw error;
    }
    return error.mayPass ? null : { result: "refused", message: error.message, sha: null };
  }
}

async function ask(pull: NumberedPull, { forge, gate, signal }: Doing & { gate: Go }): Promise<End> {
  const { expectedHead } = gate;
  const nothing = { message: null, sha: null };
  switch (gate.gate) {
    case "merge": {
      const { method } = gate;
      const outcome = await forge.merge({ pull, expectedHead, method, ...wordsOf(pull, method) }, { signal });
      if (outcome.outcome === "merged") return { ...nothing, result: "merged", sha: outcome.sha };
      if (outcome.outcome === "refused") return { ...nothing, result: "refused", message: outcome.message };
      return { ...nothing, result: outcome.outcome };
    }
    case "enqueue": {
      const outcome = await forge.enqueue({ pull, expectedHead }, { signal });
      if (outcome.outcome === "refused") return { ...nothing, result: "refused", message: outcome.message };
      return { ...nothing, result: outcome.outcome };
    }
    case "delegate":
      await forge.setAutoMerge({ pull, expectedHead, method: gate.method, on: true }, { signal });
      return { ...nothing, result: "delegated" };
  }
}

/** The words of the commit: of a merge commit, or of the one that stands for all of the branch. */
function wordsOf({ number, title, bead }: NumberedPull, method: string): { title: string; body: string } {
  return {
    title: method === "squash" ? `${title} (#${number})` : `Merge pull request #${number}: ${title}`,
    body: bead === null ? "" : `Bead: ${bead}`,
  };
}

function attributesOf({ town, rig, number, bead }: NumberedPull) {
  return { "town.id": town, "rig.id": rig, "bead.id": bead ?? "", "pull.number": number };
}
