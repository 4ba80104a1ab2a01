import type { Logger } from "@gastown/telemetry";
import { agentPath, type HostConfig } from "../config.ts";
import { createAcp } from "./acp/acp.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { createOpencodeHttp } from "./opencode-http/opencode-http.ts";

type Chosen = Pick<HostConfig, "agentRuntime" | "agentBin" | "acp" | "limits">;

/** The runtime of the agent program that the configuration names. Throws, saying what to do, when that cannot be executed. */
export function createRuntime({ agentRuntime, agentBin, acp, limits }: Chosen, logger: Logger): AgentRuntime {
  const { startMs } = limits;
  if (agentRuntime !== "acp") return createOpencodeHttp({ flavour: agentRuntime, agentBin, startMs, logger });
  if (acp === undefined) throw new Error("no command of an ACP program is configured");
  return createAcp({ program: acp, path: agentPath(), startMs, logger });
}
