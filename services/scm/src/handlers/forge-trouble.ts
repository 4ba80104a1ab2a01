import { withTrace } from "@gastown/telemetry";
import { ScmError } from "../forges/forge.ts";
import { pauseRepo } from "../store/repos.ts";
import { postponeLook, savePullLook } from "../store/save-look.ts";
import type { ScmContext } from "./context.ts";
import { traceOf, type Looked, type NumberedLook } from "./numbered-look.ts";
import { unreadablePull } from "./unreadable-pull.ts";

/** When a forge has enough of us and does not say for how long (scm §1.10). */
const restByDefaultMs = 60_000;
/** What only a person can change is asked again so often. */
const deniedAgainMs = 3_600_000;

/** How long a forge that has enough of us is left alone, in milliseconds. */
export function restMs({ retryAfterMs }: ScmError): number {
  return retryAfterMs ?? restByDefaultMs;
}

/**
 * Runs a look, unless the forge wants to be left alone. When it has enough of us nothing is asked before it says so, and nothing is
 * counted; when it does not let us, people are told why. Whatever may pass is thrown, and tried again.
 */
export async function atForge(context: ScmContext, look: NumberedLook, run: () => Promise<Looked>): Promise<Looked> {
  const { pull, repo, now } = look;
  const pauseMs = (repo.pausedUntil?.getTime() ?? 0) - now.getTime();
  if (pauseMs > 0) return postponed(context, look, pauseMs);
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ScmError)) throw error;
    if (error.kind === "rate") {
      const forMs = restMs(error);
      const { town, rig, number } = pull;
      context.logger.warn({ town, rig, number, forMs, reason: error.message }, "the forge has enough of us for now");
      await pauseRepo(context.db, repo, forMs);
      return postponed(context, look, forMs);
    }
    if (error.mayPass || repo.forge === "local") throw error;
    return tellTrouble(context, look, error);
  }
}

async function postponed({ db }: ScmContext, { pull }: NumberedLook, inMs: number): Promise<Looked> {
  await postponeLook(db, pull.id, { inMs });
  return "settled";
}

async function tellTrouble(context: ScmContext, look: NumberedLook, error: ScmError): Promise<Looked> {
  const { pull, now, repo } = look;
  const { town, rig, number } = pull;
  context.logger.warn({ town, rig, number, kind: error.kind, reason: error.message }, "the forge does not let us");
  const url = context.forges.find(repo.forge)?.pullUrl({ ...pull, remote: repo.remote }) ?? "";
  const found = unreadablePull(pull, { why: error.message, now, url });
  const saved = await withTrace(traceOf(pull), () =>
    savePullLook(context.db, pull, { ...found, nextInMs: deniedAgainMs }),
  );
  return saved ? "settled" : "again";
}
