import type { PrState } from "@gastown/contracts";
import type { Cause, Derived } from "../domain/derive.ts";
import { failuresText, threadsText } from "../domain/detail-text.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { ScmError, type Forge } from "../forges/forge.ts";
import { findDetail, saveDetail } from "../store/cause-details.ts";
import type { ScmContext } from "./context.ts";
import type { NumberedLook } from "./numbered-look.ts";

interface Detailing {
  readonly forge: Forge;
  readonly snapshot: Snapshot;
  readonly derived: Derived;
  readonly signal: AbortSignal;
}

/** How often one cause of one head and base is asked about, though it may look different each time. */
const mostAsked = 3;

type Detailed = "checks_failing" | "unresolved_threads";

/**
 * What was derived, with the logs of failed checks and the words of unresolved threads in it: asked for once for each cause, head
 * and base, and only where the town has an agent who acts on it. The local forge's snapshots have them already.
 */
export async function detailCauses(context: ScmContext, look: NumberedLook, detailing: Detailing): Promise<Derived> {
  const { forge, derived } = detailing;
  if (forge.capabilities().cheapReads || look.pull.bead === null) return derived;
  const causes = await detailed(context, look, { ...detailing, cause: "checks_failing", causes: derived.causes });
  return {
    ...derived,
    causes: await detailed(context, look, { ...detailing, cause: "unresolved_threads", causes }),
  };
}

interface OneCause extends Detailing {
  readonly cause: Detailed;
  readonly causes: readonly Cause[];
}

async function detailed(context: ScmContext, look: NumberedLook, one: OneCause): Promise<readonly Cause[]> {
  const { cause, causes } = one;
  const last = causes.findLastIndex(({ state }) => state === cause);
  if (last === -1) return causes;
  const text = await textOf(context, look, one);
  if (text === "") return causes;
  return causes.toSpliced(last + 1, 0, { state: cause satisfies PrState, message: text });
}

async function textOf(context: ScmContext, look: NumberedLook, one: OneCause): Promise<string> {
  const { cause, snapshot } = one;
  const key = { pull: look.pull.id, cause, head: snapshot.head, base: snapshot.base };
  const about = aboutOf(one);
  const stored = await findDetail(context.db, key);
  if (stored !== null && (stored.about === about || stored.asked >= mostAsked)) return stored.text;
  const text = await askOrNull(context, look, one);
  if (text === null) return stored?.text ?? "";
  await saveDetail(context.db, { ...key, about, text, asked: (stored?.asked ?? 0) + 1 });
  return text;
}

/** Null when the forge does not say: the state is told without it. */
async function askOrNull({ logger }: ScmContext, { pull }: NumberedLook, one: OneCause): Promise<string | null> {
  try {
    return await ask(pull, one);
  } catch (error) {
    if (!(error instanceof ScmError) || error.kind === "rate") throw error;
    const { town, rig, number } = pull;
    const { kind, message: reason } = error;
    logger.warn({ town, rig, number, cause: one.cause, kind, reason }, "details could not be read");
    return null;
  }
}

/** What is seen of it in the snapshot: when that changes there is something new to ask for. */
function aboutOf({ cause, snapshot }: OneCause): string {
  if (cause === "unresolved_threads") return String(snapshot.threads.unresolved);
  const { required, optional } = snapshot.checks;
  return JSON.stringify([...required.failing, ...optional.failing].map(({ name }) => name).toSorted());
}

async function ask(pull: NumberedLook["pull"], { cause, forge, signal }: OneCause): Promise<string> {
  if (cause === "checks_failing") return failuresText(await forge.listFailedChecks(pull, { signal }));
  const threads = await forge.listThreads(pull, { signal });
  return threadsText(threads.filter(({ resolved }) => !resolved));
}
