import { listRigs } from "@gastown/contracts";
import { span, type Logger } from "@gastown/telemetry";
import type { ShownCommit } from "../git/checkout.ts";
import type { StatePaths } from "../state-paths.ts";
import type { TownLink } from "../town-link.ts";
import { runTask } from "../users/run-task.ts";
import { checkoutTask } from "../users/tasks.ts";
import type { Users } from "../users/users.ts";
import { within } from "../within.ts";
import { logFields, type AgentRun } from "./agent-run.ts";
import type { GitRig, RigStores } from "./rig-stores.ts";

/** A rig's code where the mayor can read it. */
export interface Checkout {
  path: string;
  /** The commit it shows and when that was fetched; null when this start has not fetched it yet. */
  shows: (ShownCommit & { fetchedAt: Date }) | null;
  /** Why it could not be fetched the last time. */
  problem: string | null;
  /** It is being fetched at the moment. */
  underWay: boolean;
}

/** A mayor's checkouts of the town's rigs, at their default branches (kilo-container-api §2.2: browse). */
export interface RigCheckouts {
  /** Fetches those of a mayor's start one after the other, beside whatever else it does. Does nothing for others. */
  begin(run: AgentRun): void;
  /** Fetches one and answers how it is then, or when the caller's patience ends: it is gone on with. Never throws. */
  refresh(run: AgentRun, rig: GitRig): Promise<Checkout>;
  /** How one is. */
  of(run: AgentRun, rig: string): Checkout;
}

interface CheckoutOptions {
  rigs: RigStores;
  town: Pick<TownLink, "query">;
  paths: StatePaths;
  users: Users;
  gitMs: number;
  /** So long `refresh` waits: well within the time agent programs give a tool. */
  patienceMs?: number;
  logger: Logger;
}

interface Known {
  shows: Checkout["shows"];
  problem: string | null;
  underWay: Promise<void> | null;
}

/** The checkout is as the forge is now. */
async function fetchCheckout(run: AgentRun, rig: GitRig, options: CheckoutOptions): Promise<ShownCommit> {
  const { rigs, paths, users, gitMs } = options;
  const { agent } = run.job;
  const { signal } = run.stop;
  return rigs.alone({ run, rig }, async (errand) => {
    signal.throwIfAborted();
    await rigs.update(errand, await rigs.url(errand));
    const store = paths.store(rig.rig).repository;
    // Only this may look into the store: the mayor's own programs began before it was known which rigs there are.
    return runTask({ user: users.agent(agent, rig.rig), signal }, checkoutTask, {
      git: { cwd: run.home, env: run.env, timeoutMs: gitMs },
      checkout: { path: paths.checkout(agent, rig.rig), store, branch: rig.defaultBranch },
    });
  });
}

/** Nothing is fetched yet. */
export function createRigCheckouts(options: CheckoutOptions): RigCheckouts {
  const { town, paths, patienceMs = 45_000, logger } = options;
  const known = new WeakMap<AgentRun, Map<string, Known>>();

  function knownOf(run: AgentRun, rig: string): Known {
    const ofRun = known.get(run) ?? new Map<string, Known>();
    const found = ofRun.get(rig) ?? { shows: null, problem: null, underWay: null };
    known.set(run, ofRun.set(rig, found));
    return found;
  }
  async function bring(run: AgentRun, rig: GitRig, state: Known): Promise<void> {
    try {
      const attributes = { "gastown.agent": run.job.agent, "gastown.rig": rig.rig };
      const shown = await span("agent.checkout", { parent: run.trace, attributes }, () =>
        fetchCheckout(run, rig, options),
      );
      state.shows = { ...shown, fetchedAt: new Date() };
      state.problem = null;
    } catch (error) {
      state.problem = error instanceof Error ? error.message : String(error);
      if (!run.stop.signal.aborted) logger.warn({ ...logFields(run), of: rig.rig, error }, "a rig cannot be looked at");
    } finally {
      state.underWay = null;
    }
  }
  function refresh(run: AgentRun, rig: GitRig): Promise<void> {
    const state = knownOf(run, rig.rig);
    state.underWay ??= bring(run, rig, state);
    return state.underWay;
  }
  async function refreshAll(run: AgentRun): Promise<void> {
    const { items } = await town.query(listRigs, { limit: 200 });
    for (const { rig, defaultBranch } of items)
      if (defaultBranch !== null && !run.stop.signal.aborted) await refresh(run, { rig, defaultBranch });
  }
  function of(run: AgentRun, rig: string): Checkout {
    const { shows, problem, underWay } = knownOf(run, rig);
    return { path: paths.checkout(run.job.agent, rig), shows, problem, underWay: underWay !== null };
  }
  return {
    of,
    begin(run) {
      if (run.job.role !== "mayor") return;
      refreshAll(run).catch((error: unknown) => {
        if (!run.stop.signal.aborted) logger.warn({ ...logFields(run), error }, "no rig can be looked at");
      });
    },
    async refresh(run, rig) {
      await within(patienceMs, refresh(run, rig));
      return of(run, rig.rig);
    },
  };
}
