import { withTrace } from "@gastown/telemetry";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Forge } from "../forges/forge.ts";
import { wantCheck } from "../store/checks.ts";
import { rigCheckName } from "../store/local-ledger.ts";
import { noteMergedChecks } from "../store/repos.ts";
import { savePullLook } from "../store/save-look.ts";
import { actOnState } from "./act-on-state.ts";
import { detailCauses } from "./detail-causes.ts";
import type { ScmContext } from "./context.ts";
import { grantWishes } from "./grant-wishes.ts";
import { gateInMs, judgePull, type Judgement } from "./judge-pull.ts";
import { mergeWishedPull } from "./merge-wished-pull.ts";
import { traceOf, type Looked, type NumberedLook } from "./numbered-look.ts";
import { pullChanges } from "./pull-changes.ts";
import { readPull, type PullReading } from "./read-pull.ts";

/** One look at an open pull request: wishes are granted, it is read and judged, what that comes to is stored and done. */
export async function followOpenPull(context: ScmContext, look: NumberedLook, signal: AbortSignal): Promise<Looked> {
  const forge = context.forges.of(look.repo.forge);
  const changed = await grantWishes(context, look, { forge, signal });
  const reading = await readPull(look, { forge, changed, signal });
  const judgement = await judge(context, look, { forge, reading, signal });
  if (!(await save(context, look, { judgement, reading, cheap: forge.capabilities().cheapReads }))) return "again";
  await learnChecks(context, look, { judgement, snapshot: reading.snapshot });
  await wantChecks(context, look, { forge, snapshot: reading.snapshot });
  const doing = { forge, judgement, snapshot: reading.snapshot, signal };
  if (await mergeWishedPull(context, look, doing)) return "again";
  await actOnState(context, look, doing);
  return judgement.derived.action.do === "end" ? "again" : "settled";
}

interface Judging {
  readonly forge: Forge;
  readonly reading: PullReading;
  readonly signal: AbortSignal;
}

async function judge(context: ScmContext, look: NumberedLook, { forge, reading, signal }: Judging): Promise<Judgement> {
  const { snapshot, fresh } = reading;
  const capabilities = forge.capabilities();
  const at = { now: look.now, capabilities, fresh };
  const judgement = judgePull(look, snapshot, { ...at, contained: false });
  // Only an attempt that is about to be called not done may have been done without the forge's saying so (scm §2.3 step 8).
  const doubtful = !capabilities.cheapReads && judgement.settled.some((end) => end.result === "not_done");
  const contained = doubtful && (await forge.isContained(look.pull, snapshot.head, { signal }));
  const judged = contained ? judgePull(look, snapshot, { ...at, contained }) : judgement;
  return {
    ...judged,
    derived: await detailCauses(context, look, { forge, snapshot, derived: judged.derived, signal }),
  };
}

interface Saving {
  readonly judgement: Judgement;
  readonly reading: PullReading;
  readonly cheap: boolean;
}

function save({ db }: ScmContext, look: NumberedLook, { judgement, reading, cheap }: Saving): Promise<boolean> {
  const { pull, now } = look;
  const { snapshot, readAt, fresh } = reading;
  const found = pullChanges(pull, { snapshot, judgement, now, fresh });
  const { nextInMs, nextReadInMs, swept } = planOf(look, { judgement, reading, cheap });
  const judged = { snapshot, readAt, nextReadInMs, swept };
  return withTrace(traceOf(pull), () => savePullLook(db, pull, { ...found, nextInMs, judged }));
}

/** When it is looked at and read again. What waits for nothing but time is read, and woken, by the sweep of its repository. */
function planOf(look: NumberedLook, { judgement, reading, cheap }: Saving) {
  if (judgement.derived.action.do === "end") return { nextInMs: 0, nextReadInMs: null, swept: false };
  const { inMs, by } = judgement.next;
  const age = look.now.getTime() - reading.readAt.getTime();
  const gateMs = gateInMs(judgement, look, look.now);
  const nextInMs = Math.max(0, Math.min(inMs - age, gateMs ?? inMs));
  if (cheap) return { nextInMs, nextReadInMs: null, swept: false };
  const swept = by === "poll" && gateMs === null;
  return { nextInMs: swept ? null : nextInMs, nextReadInMs: age + nextInMs, swept };
}

interface Seen {
  readonly snapshot: Snapshot;
}

/** Whether heads get checks is learned from the heads that were merged. */
async function learnChecks(
  { db }: ScmContext,
  { pull, repo }: NumberedLook,
  { judgement, snapshot }: Seen & { readonly judgement: Judgement },
): Promise<void> {
  const checked = snapshot.checks.total > 0;
  const merged = judgement.derived.state === "merged" && pull.state !== "merged";
  if (repo.forge === "local" || (checked ? repo.uncheckedMerges === 0 : !merged)) return;
  await noteMergedChecks(db, repo, checked);
}

/** Where checks are ours, a head that misses one gets it. */
async function wantChecks(
  { db }: ScmContext,
  { pull, repo }: NumberedLook,
  { forge, snapshot }: Seen & { readonly forge: Forge },
): Promise<void> {
  const missing = snapshot.state === "open" && snapshot.checks.required.missing.includes(rigCheckName);
  if (!missing || repo.checkCommand === null || !forge.capabilities().runsChecks) return;
  await wantCheck(db, { pull: pull.id, name: rigCheckName, commit: snapshot.head, command: repo.checkCommand });
}
