import type { Logger } from "@gastown/telemetry";
import { promptOf, systemOf } from "../prompts/role-prompts.ts";
import type { AgentServer, AgentSession } from "../runtime/agent-runtime.ts";
import { logFields, type AgentRun } from "./agent-run.ts";
import type { ServerLauncher } from "./server-launcher.ts";

/** What became of a wish for another model, as it is told. */
export interface ModelTold {
  wished: string;
  before: string;
  /** The model of the next turn, as the server says; null when it does not say. */
  model: string | null;
  /** Why it did not come true; null when it did. */
  failure: string | null;
}

/** The same, for who watches the agent. */
export interface ModelOutcome extends ModelTold {
  /** Where the agent goes on: a new server's session, or the one it had. */
  session: AgentSession;
}

interface ChangeOptions {
  launcher: ServerLauncher;
  logger: Logger;
  signal: AbortSignal;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The model as the server says; null when it does not answer. */
async function readBack(session: AgentSession, logger: Logger): Promise<string | null> {
  try {
    return await session.model();
  } catch (error) {
    logger.warn({ error }, "an agent server did not tell its model");
    return null;
  }
}

/** The same session in the new server, with the model in effect; throws when it is not. */
async function moveSession(run: AgentRun, server: AgentServer, { old, wished, signal }: Moving): Promise<AgentSession> {
  const { job } = run;
  const opening = { title: `${job.role} ${job.agent}`, system: systemOf(job), resume: old.id };
  const session = await server.open(opening, signal);
  const model = await session.model();
  if (model !== wished) throw new Error(`the new server has ${model ?? "no model"} in effect`);
  // A session that is gone on with knows its duties; one that was lost is begun as a start begins it.
  if (!session.resumed) await session.prompt(promptOf(job));
  return session;
}
interface Moving {
  old: AgentSession;
  wished: string;
  signal: AbortSignal;
}

/** The two servers share the session: what was pushed through the new one is taken back through the old one. */
async function takeBack(old: AgentSession, before: string, logger: Logger): Promise<void> {
  try {
    if ((await old.model()) !== before) await old.setModel(before);
  } catch (error) {
    logger.error({ error }, "an agent's old model could not be put back");
  }
}

/**
 * Gives an agent another model between two turns (kilo-container-api §2.8): a second server is started with it, the session is opened
 * there without a word being said, and when that server says that the model is in effect the answer is its session; whoever takes it
 * ends the first one. On any failure that one goes on as before, and nothing of the second is left. Never throws.
 */
export async function changeModel(
  run: AgentRun,
  old: AgentSession,
  { wished, launcher, logger: parent, signal }: ChangeOptions & { wished: string },
): Promise<ModelOutcome> {
  const before = run.model;
  const logger = parent.child({ ...logFields(run), wished, before });
  if (wished === before) return { wished, before, model: await readBack(old, logger), failure: null, session: old };
  let server: AgentServer | null = null;
  run.models.add(wished);
  try {
    server = await launcher.start(launcher.specOf(run, wished), signal);
    const session = await moveSession(run, server, { old, wished, signal });
    signal.throwIfAborted();
    run.model = wished;
    run.models.delete(before);
    logger.info({}, "an agent has another model");
    return { wished, before, model: wished, failure: null, session };
  } catch (error) {
    run.model = before;
    run.models.add(before).delete(wished);
    await server?.stop();
    await takeBack(old, before, logger);
    const failure = messageOf(error).slice(0, maxFailure);
    logger.warn({ error }, "an agent's model could not be changed; it goes on with the old one");
    return { wished, before, model: await readBack(old, logger), failure, session: old };
  }
}

/** The contract's limit. */
const maxFailure = 500;
