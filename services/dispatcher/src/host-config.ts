import { containerCredentials, containerInbox, type ContainerData } from "@gastown/bus";
import { containerEndMs } from "@gastown/contracts";
import type { FullConfig } from "./config.ts";

/** The least that a host takes as its grace (container/src/config.ts). */
const leastSavingMs = 100;

/** One container host that is to be started. */
export interface HostToStart {
  town: string;
  container: string;
  stateDir: string;
  /** The mayor's start that it is going to be asked for. */
  prewarm: ContainerData<"start"> | null;
  /** For the model service, as it is now. */
  modelKey: string | null;
}

/**
 * What a container host is told at its start, and all it is told: who it is, where it keeps its files, how to reach the bus and
 * the model. It gets no database, no other service's credentials, and nothing of this process's environment.
 */
export function hostConfig(config: FullConfig, { prewarm, modelKey, ...host }: HostToStart): Record<string, unknown> {
  const { container, logLevel, otlpEndpoint } = config;
  const { modelUrl, modelName, agentRuntime, agentBin, acp, heartbeatMs } = container;
  if (modelUrl === undefined || modelName === undefined) throw new Error("no container starts without a model");
  return {
    ...host,
    natsUrl: container.natsUrl ?? config.natsUrl,
    ...defined(busAccess(config, host)),
    inboxPrefix: containerInbox(host.town),
    model: { url: modelUrl, name: modelName, ...defined({ key: modelKey ?? undefined }) },
    agentRuntime,
    ...(acp === undefined ? {} : { acp }),
    heartbeatMs,
    drainGraceMs: savingMs(config.stopGraceMs),
    ...(prewarm === null ? {} : { prewarm }),
    ...defined({ agentBin, otlpEndpoint, logLevel }),
  };
}

/** What a stop leaves for saving work: a host that is at its last words at the end of the grace would be killed over them. */
function savingMs(stopGraceMs: number): number {
  return Math.max(leastSavingMs, stopGraceMs - containerEndMs.lastWords - containerEndMs.closing);
}

/**
 * As whom a container connects: with credentials of its own, limited to its town, where they can be made; where the bus has passwords, as the
 * user of all containers, or as the dispatcher itself.
 */
function busAccess(
  { container, natsUser, natsPassword }: FullConfig,
  host: Pick<HostToStart, "town" | "container">,
): Record<string, string | undefined> {
  if (container.natsIssuer !== undefined) return { natsCredentials: containerCredentials(container.natsIssuer, host) };
  const own = container.natsUser !== undefined;
  return own ? { natsUser: container.natsUser, natsPassword: container.natsPassword } : { natsUser, natsPassword };
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
