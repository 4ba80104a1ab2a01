import { setTimeout as wait } from "node:timers/promises";
import type { Bus } from "@gastown/bus";
import type { AgentProgram, lookAtRuntime, ReplyOf } from "@gastown/contracts";
import { snapshot } from "@gastown/db";
import type { HealthReport } from "@gastown/service";
import type { FullConfig } from "../config.ts";
import type { DispatcherContext } from "../context.ts";
import { findOrphans, type Installation, type Orphan } from "../domain/orphans.ts";
import { listAgentProcesses } from "../runtime/agent-processes.ts";
import { askPrograms } from "../runtime/ask-programs.ts";
import type { RuntimeContainer } from "../runtime/container-runtime.ts";
import { lookAtRuntimes } from "../runtime/look-at-runtimes.ts";
import { readTowns } from "../store/read-towns.ts";

/** What ends on its own has ended by the second look: an agent server may take 5 s when it is stopped. */
const secondLookMs = 6_000;

export interface RuntimeLookOptions {
  config: FullConfig;
  bus: Bus;
  health: () => Promise<HealthReport>;
  signal: AbortSignal;
}

/** The agents of each living container that answers, and the mayor it gets ready for. */
async function agentsOf(
  { host, logger }: DispatcherContext,
  given: { listed: readonly RuntimeContainer[]; mayors: ReadonlyMap<string, string>; signal: AbortSignal },
): Promise<Map<string, Set<string>>> {
  const { listed, mayors, signal } = given;
  const agents = new Map<string, Set<string>>();
  await Promise.all(
    listed
      .filter(({ alive }) => alive)
      .map(async ({ town, name }) => {
        try {
          const status = await host.status(town, name, signal);
          const mayor = mayors.get(town);
          if (status === null) return;
          agents.set(
            town,
            new Set([...status.agents.map(({ agent }) => agent), ...(mayor === undefined ? [] : [mayor])]),
          );
        } catch (error) {
          logger.debug({ town, container: name, error }, "a container does not say what it runs");
        }
      }),
  );
  return agents;
}

async function lookAround(ctx: DispatcherContext, { config, signal }: RuntimeLookOptions): Promise<Installation> {
  // What is wanted is read last: what was wished since the list was made is no orphan.
  const listed = await ctx.runtime.list();
  const processes = config.runtime === "process" ? await listAgentProcesses(config.stateDir) : [];
  const { towns, mayors } = await snapshot(ctx.db, (tx) => readTowns(tx));
  return { listed, towns, processes, agents: await agentsOf(ctx, { listed, mayors, signal }) };
}

function keyOf({ kind, town, name }: Orphan): string {
  return `${kind} ${town} ${name}`;
}

/** Only what is nobody's in two looks: between the end of one thing and the next everything is, for a moment. */
async function lookTwice(ctx: DispatcherContext, options: RuntimeLookOptions) {
  const first = await lookAround(ctx, options);
  const suspects = new Set(findOrphans(first).map(keyOf));
  const containers = first.listed.filter(({ alive }) => alive).length;
  if (suspects.size === 0) return { containers, orphans: [] };
  await wait(secondLookMs, undefined, { signal: options.signal });
  const orphans = findOrphans(await lookAround(ctx, options)).filter((orphan) => suspects.has(keyOf(orphan)));
  return { containers, orphans };
}

async function programsOf(ctx: DispatcherContext, { config, bus }: RuntimeLookOptions) {
  try {
    const programs: AgentProgram[] = await askPrograms({ config, runtime: ctx.runtime, bus });
    return { programs, programsProblem: null };
  } catch (error) {
    return { programs: null, programsProblem: error instanceof Error ? error.message : String(error) };
  }
}

/** Where and as what agents run, as it is found by looking and trying; it takes seconds. */
export async function answerLookAtRuntime(
  ctx: DispatcherContext,
  options: RuntimeLookOptions,
): Promise<{ seq: null; data: ReplyOf<typeof lookAtRuntime> }> {
  const { config, health } = options;
  const [{ dependencies }, runtimes, programs, around] = await Promise.all([
    health(),
    lookAtRuntimes(config),
    programsOf(ctx, options),
    lookTwice(ctx, options),
  ]);
  const told = Object.entries(dependencies).map(([name, { state, reason }]) => [
    name,
    { connected: state === "connected", reason: reason ?? null },
  ]);
  return {
    seq: null,
    data: {
      dependencies: Object.fromEntries(told),
      runtimes,
      ...programs,
      model: config.container.modelUrl !== undefined,
      containers: around.containers,
      orphans: around.orphans.map((orphan) => ({ ...orphan })),
    },
  };
}
