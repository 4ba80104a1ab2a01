import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { SnapshotError } from "@gastown/bus";
import { span, type Logger } from "@gastown/telemetry";
import { z } from "zod";
import { logFields, type AgentRun } from "../agents/agent-run.ts";
import { StartError } from "../runtime/start-error.ts";
import type { StatePaths } from "../state-paths.ts";
import type { TownLink } from "../town-link.ts";
import { runOnDatabase } from "./run-on-database.ts";

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
  /** Where the agent program keeps its sessions in a home folder. */
  databaseOf: (home: string) => string;
  /** Its name: a session of another program is of no use to it. */
  program: string;
  logger: Logger;
}

/** Which session the agent has here, and the snapshot that it was stored as, or came from, last. */
const note = z.object({ session: z.string(), snapshot: z.string().nullable(), program: z.string() });
type Note = z.infer<typeof note>;
type Stored = NonNullable<Awaited<ReturnType<TownLink["loadSnapshot"]>>>;

const [compress, expand] = [promisify(gzip), promisify(gunzip)];

function removeDatabase(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
}

/** Nothing is kept yet. */
export function createSessionKeeper(options: KeeperOptions): SessionKeeper {
  const { town, paths, databaseOf, program, logger } = options;
  const keeping = new Map<string, { again: boolean; done: Promise<void> }>();

  function readNote(run: AgentRun): Note | null {
    try {
      const read = note.parse(JSON.parse(readFileSync(paths.sessionNote(run.job.agent), "utf8")));
      return read.program === program && existsSync(databaseOf(run.home)) ? read : null;
    } catch {
      return null; // there is none, or none that can be read: what is stored counts
    }
  }
  function writeNote({ job }: AgentRun, session: string, snapshot: string | null): void {
    const file = paths.sessionNote(job.agent);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify({ session, snapshot, program }));
    renameSync(`${file}.new`, file);
  }

  /** Puts a stored session in place. Throws when it is damaged; then the one that was here is still there. */
  async function restore(run: AgentRun, stored: Stored): Promise<string> {
    const file = databaseOf(run.home);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const copy = `${file}.restored`;
    await writeFile(copy, await expand(stored.bytes), { mode: 0o600 });
    try {
      await runOnDatabase({ do: "adopt", file: copy, from: stored.directory, directory: run.worktree });
      removeDatabase(file);
      renameSync(copy, file);
    } finally {
      removeDatabase(copy);
    }
    writeNote(run, stored.session, stored.id);
    logger.info({ ...logFields(run), snapshot: stored.id, at: stored.at }, "a session was restored");
    return stored.session;
  }

  async function load(run: AgentRun): Promise<Stored | null> {
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

  async function newest(run: AgentRun): Promise<string | null> {
    const here = readNote(run);
    const stored = await load(run);
    // What is here came from that snapshot, or was stored as it, and may be newer.
    if (stored === null || stored.program !== program || stored.id === here?.snapshot) return here?.session ?? null;
    try {
      return await restore(run, stored);
    } catch (error) {
      logger.error({ ...logFields(run), snapshot: stored.id, error }, "a stored session is damaged");
      return here?.session ?? null;
    }
  }

  async function save(run: AgentRun): Promise<void> {
    const here = readNote(run);
    if (here === null) return;
    const folder = await mkdtemp(join(tmpdir(), "gastown-session-"));
    const from = performance.now();
    try {
      const to = join(folder, "copy.db");
      await runOnDatabase({ do: "copy", file: databaseOf(run.home), to });
      const bytes = await compress(await readFile(to));
      const id = await town.saveSnapshot(run.job.agent, {
        session: here.session,
        directory: run.worktree,
        program,
        bytes,
      });
      writeNote(run, here.session, id);
      const durationMs = Math.round(performance.now() - from);
      logger.info({ ...logFields(run), snapshot: id, bytes: bytes.length, durationMs }, "a session was stored");
    } catch (error) {
      logger.error({ ...logFields(run), error }, "a session could not be stored");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  async function saveUntilSaved(run: AgentRun, state: { again: boolean }): Promise<void> {
    do {
      state.again = false;
      await span("agent.keep_session", { parent: run.trace }, () => save(run));
    } while (state.again);
    keeping.delete(run.job.agent);
  }

  return {
    hydrate: newest,
    begun(run, session) {
      const here = readNote(run);
      if (here?.session !== session) writeNote(run, session, here?.snapshot ?? null);
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
