import { SnapshotError } from "@gastown/bus";
import { span, type Logger } from "@gastown/telemetry";
import { logFields, type AgentRun } from "../agents/agent-run.ts";
import { StartError } from "../runtime/start-error.ts";
import type { StatePaths } from "../state-paths.ts";
import type { TownLink } from "../town-link.ts";
import { runTask } from "../users/run-task.ts";
import { existsTask, packTask, unpackTask } from "../users/tasks.ts";
import { readSessionNote, writeSessionNote, type SessionNote } from "./session-note.ts";

/** Keeps the sessions of agents that remember, so that another container can go on with them. */
export interface SessionKeeper {
  /**
   * The agent's newest session is in place in its home; answers its id, or null when it begins anew: it has none, or the stored one is
   * damaged. Throws when nobody answers: what is stored must not be overwritten by a session that knows nothing of it.
   */
  hydrate(run: AgentRun): Promise<string | null>;
  /** The run's session is this one from now on. */
  begun(run: AgentRun, session: string): void;
  /** Stores the session as it is now, in the background; what comes while it is stored is stored once more. */
  keep(run: AgentRun): void;
  /** Resolves when all that was to be kept of the run's agent is stored, or could not be. */
  kept(run: AgentRun): Promise<void>;
}

interface KeeperOptions {
  town: Pick<TownLink, "saveSnapshot" | "loadSnapshot">;
  paths: StatePaths;
  /** Where the agent program keeps its sessions in a home folder; null: nobody knows, and nothing is stored. */
  databaseOf: (home: string) => string | null;
  /** Its name: a session of another program is of no use to it. */
  program: string;
  logger: Logger;
}
/** A large database takes seconds. */
const databaseMs = 120_000;

type Stored = NonNullable<Awaited<ReturnType<TownLink["loadSnapshot"]>>>;

function readNote({ job }: AgentRun, { paths, program }: KeeperOptions): SessionNote | null {
  return readSessionNote(paths.sessionNote(job.agent), program);
}

/** Whom the agent's sessions belong to. They are stored also when it is to end. */
function ownerOf({ user }: AgentRun) {
  return { user, signal: AbortSignal.timeout(databaseMs) };
}

function writeNote({ job }: AgentRun, note: Omit<SessionNote, "program">, { paths, program }: KeeperOptions): void {
  writeSessionNote(paths.sessionNote(job.agent), { ...note, program });
}

async function load(run: AgentRun, { town, logger }: KeeperOptions): Promise<Stored | null> {
  try {
    return await town.loadSnapshot(run.job.agent);
  } catch (error) {
    if (!(error instanceof SnapshotError)) {
      const why = `the stored session cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      throw new StartError("unavailable", why, { cause: error });
    }
    logger.error({ ...logFields(run), error }, "a stored session is not whole");
    return null;
  }
}

/** The stored session takes the place of the one that is here; that one is gone on with when the stored one is damaged. */
async function restore(
  run: AgentRun,
  { database, stored, here }: { database: string; stored: Stored; here: SessionNote | null },
  options: KeeperOptions,
): Promise<string | null> {
  const { logger } = options;
  const { id: snapshot, session, at, bytes } = stored;
  try {
    const move = { from: stored.directory, directory: run.worktree };
    const packed = Buffer.from(bytes).toString("base64");
    await runTask(ownerOf(run), unpackTask, { file: database, packed, move });
    writeNote(run, { session, snapshot }, options);
    logger.info({ ...logFields(run), snapshot, at }, "a session was restored");
    return session;
  } catch (error) {
    logger.error({ ...logFields(run), snapshot, error }, "a stored session is damaged");
    return here?.session ?? null;
  }
}

/** What is noted of the sessions that are here; null when they are gone: then what is stored counts. */
async function findNote(run: AgentRun, options: KeeperOptions): Promise<SessionNote | null> {
  const note = readNote(run, options);
  const file = options.databaseOf(run.home);
  if (note === null || file === null) return note;
  return (await runTask(ownerOf(run), existsTask, { file })) ? note : null;
}

/** The newest session there is, in place. */
async function hydrate(run: AgentRun, options: KeeperOptions): Promise<string | null> {
  const { program, databaseOf } = options;
  const here = await findNote(run, options);
  const database = databaseOf(run.home);
  const own = here?.session ?? null;
  if (database === null) return own;
  const stored = await load(run, options);
  // What is here came from that snapshot, or was stored as it, and may be newer.
  if (stored === null || stored.program !== program || stored.id === here?.snapshot) return own;
  return restore(run, { database, stored, here }, options);
}

async function save(run: AgentRun, options: KeeperOptions): Promise<void> {
  const { town, program, databaseOf, logger } = options;
  const here = readNote(run, options);
  const database = databaseOf(run.home);
  if (here === null || database === null) return;
  const { session } = here;
  const from = performance.now();
  try {
    const bytes = Buffer.from(await runTask(ownerOf(run), packTask, { file: database }), "base64");
    const snapshot = await town.saveSnapshot(run.job.agent, { session, directory: run.worktree, program, bytes });
    writeNote(run, { session, snapshot }, options);
    const durationMs = Math.round(performance.now() - from);
    logger.info({ ...logFields(run), snapshot, bytes: bytes.length, durationMs }, "a session was stored");
  } catch (error) {
    logger.error({ ...logFields(run), error }, "a session could not be stored");
  }
}

/** Nothing is kept yet. */
export function createSessionKeeper(options: KeeperOptions): SessionKeeper {
  const keeping = new Map<string, { again: boolean; done: Promise<void> }>();

  async function saveUntilSaved(run: AgentRun, state: { again: boolean }): Promise<void> {
    try {
      do {
        state.again = false;
        await span("agent.keep_session", { parent: run.trace }, () => save(run, options));
      } while (state.again);
    } finally {
      // Whatever went wrong: the next wish to keep it is not taken for one more of this.
      keeping.delete(run.job.agent);
    }
  }

  return {
    hydrate: (run) => hydrate(run, options),
    begun(run, session) {
      const here = readNote(run, options);
      if (here?.session !== session) writeNote(run, { session, snapshot: here?.snapshot ?? null }, options);
    },
    keep(run) {
      const under = keeping.get(run.job.agent);
      if (under !== undefined) {
        under.again = true;
        return;
      }
      const state = { again: false, done: Promise.resolve() };
      keeping.set(run.job.agent, state);
      state.done = saveUntilSaved(run, state);
    },
    kept: async (run) => keeping.get(run.job.agent)?.done,
  };
}
