import { ConfigError } from "@gastown/service";
import { z } from "zod";

const text = z.string().min(1);

/** The environment variables about the program that agents run as. */
export const agentEnvironment = z.object({
  AGENT_RUNTIME: z.enum(["opencode", "kilo", "acp"]).default("opencode"),
  AGENT_BIN: text.optional(),
  AGENT_COMMAND: text.optional().describe("for AGENT_RUNTIME=acp: a program that speaks ACP, and its arguments"),
  AGENT_PROFILE: z.enum(["opencode", "kilo", "plain"]).default("plain"),
});

/** The program that agents run as. */
export interface AgentProgramSettings {
  agentRuntime: "opencode" | "kilo" | "acp";
  /** The program of `opencode` or `kilo`, when it is not the installed one. */
  agentBin?: string | undefined;
  /** The program of `acp`: its command, and what is known of it (docs/agent-programs.md). */
  acp?: { command: string[]; profile: "opencode" | "kilo" | "plain" } | undefined;
}

/** The program that the environment names. Throws `ConfigError` when it is to speak ACP and has no command. */
export function agentProgramFrom(given: z.infer<typeof agentEnvironment>): AgentProgramSettings {
  const { AGENT_RUNTIME: agentRuntime, AGENT_BIN: agentBin, AGENT_PROFILE: profile } = given;
  if (agentRuntime !== "acp") return { agentRuntime, agentBin };
  const command = (given.AGENT_COMMAND ?? "").split(/\s+/).filter((word) => word !== "");
  if (command.length === 0)
    throw new ConfigError("AGENT_RUNTIME is acp: set AGENT_COMMAND to a program that speaks ACP, and its arguments.");
  return { agentRuntime, acp: { command, profile } };
}
