import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { DispatcherConfig } from "@gastown/dispatcher";

type Environment = Record<string, string | undefined>;
type AgentProgram = Pick<DispatcherConfig["container"], "agentRuntime" | "agentBin" | "acp">;

const profiles = ["opencode", "kilo", "plain"] as const;

/** A program that speaks ACP, and its arguments. Throws what is wrong with what is given. */
function acpIn(env: Environment): AgentProgram["acp"] {
  const command = (env["GASTOWN_AGENT_COMMAND"] ?? "").split(/\s+/).filter((word) => word !== "");
  if (command.length === 0)
    throw new Error("GASTOWN_AGENT is acp: set GASTOWN_AGENT_COMMAND to a program that speaks ACP, and its arguments");
  const given = env["GASTOWN_AGENT_PROFILE"] || "plain";
  const profile = profiles.find((one) => one === given);
  if (profile === undefined) throw new Error(`GASTOWN_AGENT_PROFILE is ${given}: give ${profiles.join(", ")}`);
  return { command, profile };
}

/** The program that agents run as, as the environment has it. Throws what is wrong with it. */
export function agentProgramIn(env: Environment): AgentProgram {
  const given = env["GASTOWN_AGENT"] || "opencode";
  if (given === "acp") return { agentRuntime: "acp", acp: acpIn(env) };
  if (given !== "opencode" && given !== "kilo")
    throw new Error(`GASTOWN_AGENT is ${given}: give opencode, kilo or acp`);
  return { agentRuntime: given, agentBin: env["GASTOWN_AGENT_BIN"] || undefined };
}

/** The folders from which the container host finds what npm installed: its own, and the one of programs that are not installed with it. */
const places = ["package.json", "programs/package.json"];

async function versionOf(name: string): Promise<string | null> {
  for (const place of places) {
    const near = createRequire(new URL(`../../../services/dispatcher/container/${place}`, import.meta.url));
    try {
      const { version } = JSON.parse(await readFile(near.resolve(`${name}/package.json`), "utf8")) as {
        version: string;
      };
      return version;
    } catch {
      continue;
    }
  }
  return null;
}

/** The agent program agents run as, for people: its name and version, or what to do when it is not here. */
export async function describeAgentProgram(env: Environment): Promise<string> {
  const { agentRuntime: name, agentBin, acp } = agentProgramIn(env);
  if (acp !== undefined) return `${acp.command.join(" ")} (ACP)`;
  if (agentBin !== undefined) return `${name} (${agentBin})`;
  const wanted = `${name === "kilo" ? "@kilocode/cli" : "opencode"}-${process.platform}-${process.arch}`;
  const version = await versionOf(wanted);
  if (version !== null) return `${name} ${version}`;
  return `${name} IS NOT INSTALLED for this machine: set GASTOWN_AGENT_BIN to its program, else agents cannot start`;
}
