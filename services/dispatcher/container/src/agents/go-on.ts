import { promptOf } from "../prompts/role-prompts.ts";
import type { AgentSession } from "../runtime/agent-runtime.ts";
import { endingOf } from "./agent-run.ts";
import type { ModelOutcome, ModelTold } from "./change-model.ts";
import { judgeModel, type ModelTrial } from "./model-trial.ts";
import type { Turn } from "./turn.ts";
import { follow, saidSomething, type Watch } from "./watch.ts";

/** The model of a session that was opened with another one than it had is on trial as one that was changed. */
export function trialOf({ had }: AgentSession, wished: string): ModelTrial | null {
  return had === undefined ? null : { wished, before: had, tried: false };
}

/**
 * Whether the agent is to have its old model back, because the provider refused the turn that was the first on the new one. Then that change
 * was begun, and nothing is to be done with the turn. A trial that came to an end is over.
 */
export function goesBack(watch: Watch, turn: Turn): boolean {
  const { trial, run, changer, session, output } = watch;
  if (trial === null || run.done !== null) return false;
  const verdict = judgeModel(trial, turn, run.answers.get(trial.wished));
  if (verdict.is === "open") return false;
  watch.trial = null;
  if (verdict.is === "accepted") return false;
  const { wished, before } = trial;
  watch.refused = { wished, before, reason: verdict.reason };
  output.status(`model ${wished}: ${verdict.reason}; going back to ${before}`);
  changer.putBack(session, before);
  return true;
}

/** The agent is in this session from now on, and the server it was in is ended. */
async function moveTo(watch: Watch, session: AgentSession): Promise<void> {
  const { run, session: old, logger } = watch;
  watch.session = session;
  watch.following.closing.abort();
  await watch.following.done;
  watch.following = follow(watch, session);
  if (session.resumed) watch.prompted = false;
  else saidSomething(watch, promptOf(run.job), null);
  run.aliveAt = new Date();
  await old.server.stop().catch((error: unknown) => logger.error({ error }, "an agent's old server was not ended"));
}

/** The contract's limit. */
const maxFailure = 500;

/** What came of it as it is told: who has its old model back was not given the one that was wished. */
function toldOf({ refused }: Watch, { wished, before, model, failure }: ModelOutcome): ModelTold {
  if (refused === null) return { wished, before, model, failure };
  const also = failure === null ? "" : `; and ${wished} could not be put back: ${failure}`;
  const reason = refused.reason.slice(0, maxFailure - also.length);
  return { wished: refused.wished, before: refused.before, model, failure: `${reason}${also}`.slice(0, maxFailure) };
}

/** What was said to the model that was refused is asked of the one that is in effect. */
async function askAgain(watch: Watch): Promise<void> {
  const { session, said, output, logger } = watch;
  if (said === null || !session.resumed) return;
  try {
    await (session.again?.() ?? session.prompt(said));
    saidSomething(watch, said, null);
    output.status("its last prompt was asked again");
  } catch (error) {
    logger.error({ error }, "an agent's prompt was not asked again");
    output.status("its last prompt could not be asked again");
  }
}

/** The agent goes on where the change of its model says, and what came of that is told. */
export async function goOn(watch: Watch, outcome: ModelOutcome): Promise<void> {
  const { run, session: old, refused, output } = watch;
  if (outcome.session !== old) await moveTo(watch, outcome.session);
  const told = toldOf(watch, outcome);
  const { before, model, wished, failure } = told;
  output.status(
    failure === null ? `model: ${model} (was ${before})` : `model stays ${model}, not ${wished}: ${failure}`,
  );
  watch.tellModel(run, told);
  watch.refused = null;
  if (refused === null) {
    // A session that is new was told what its start is told.
    if (outcome.session !== old) watch.trial = onTrial(watch, told, !outcome.session.resumed);
    return;
  }
  // Not put back, it is on trial still: the next word to the agent leads here again.
  if (outcome.failure !== null) watch.trial = onTrial(watch, told, false);
  else if (endingOf(run) === null) await askAgain(watch);
}

function onTrial({ run }: Watch, { wished, before }: ModelTold, tried: boolean): ModelTrial {
  run.answers.delete(wished);
  return { wished, before, tried };
}
