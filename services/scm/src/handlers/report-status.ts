import { createHash } from "node:crypto";
import { reworkStates, type PrState } from "@gastown/contracts";
import { explainPull } from "../domain/explain-pull.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Forge, StatusReport } from "../forges/forge.ts";
import { noteStatus } from "../store/granted-wishes.ts";
import type { ScmContext } from "./context.ts";
import type { Judgement } from "./judge-pull.ts";
import type { NumberedLook } from "./numbered-look.ts";

interface Reporting {
  readonly forge: Forge;
  readonly judgement: Judgement;
  readonly snapshot: Snapshot;
  readonly signal: AbortSignal;
}

/** What says nothing about the pull request itself, or not for long. */
const passing: ReadonlySet<PrState> = new Set<PrState>(["merged", "closed", "stale_read", "unknown"]);
const longestSummary = 10_000;

/** Our status on the head says what is waited for and who acts next, where the forge can show it; said again only when it changes. */
export async function reportStatus({ db }: ScmContext, { pull }: NumberedLook, reporting: Reporting): Promise<void> {
  const { forge, judgement, snapshot, signal } = reporting;
  const { state } = judgement.derived;
  if (pull.bead === null || passing.has(state) || !forge.capabilities().reportStatus) return;
  const status = statusOf(judgement, snapshot.head);
  const digest = createHash("sha256").update(JSON.stringify(status)).digest("hex");
  if (digest === pull.statusReported) return;
  // Before the forge is asked: what it refuses to show is not offered again and again.
  await noteStatus(db, pull, digest);
  await forge.reportStatus(pull, status, { signal });
}

function statusOf({ derived }: Judgement, head: string): StatusReport {
  const { state, causes } = derived;
  const { says, nextActor } = explainPull({ state, causes, followed: true });
  const title = `${state.replaceAll("_", " ")}: ${says}`.slice(0, 200);
  const lines = causes.map((cause) => `- ${cause.state}: ${cause.message.split("\n", 1)[0] ?? ""}`);
  const summary = [`Next: ${nextActor === "us" ? "Gastown" : nextActor}.`, ...lines]
    .join("\n")
    .slice(0, longestSummary);
  return { head, state: wordFor(state), title, summary };
}

function wordFor(state: PrState): StatusReport["state"] {
  if (state === "ready") return "success";
  return reworkStates.has(state) ? "failure" : "pending";
}
