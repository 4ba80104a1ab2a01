import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { agentBinary } from "../opencode-http/agent-binary.ts";
import { flavours, type Flavour } from "../opencode-http/flavours.ts";

/** An agent program that speaks ACP on its standard streams. */
export interface AcpProgram {
  /** The program and its arguments, such as `gemini --experimental-acp`. */
  command: readonly string[];
  /**
   * What we know of it. `opencode` and `kilo`: how it is configured, kept offline and where its sessions are. `plain`: what every
   * program knows, a home folder and the variables of OpenAI's clients.
   */
  profile: Flavour["name"] | "plain";
}

/** What is run. */
export interface AcpCommand {
  file: string;
  args: readonly string[];
}

function onPath(name: string, path: string): string | null {
  for (const folder of path.split(delimiter).filter((one) => isAbsolute(one))) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      continue;
    }
  }
  return null;
}

/**
 * The file of an ACP program: the path that is given, the one npm installed for a program we know, or the first on the path of agents.
 * Throws, saying what to do, when there is none that can be executed.
 */
export function acpCommand({ command, profile }: AcpProgram, path: string): AcpCommand {
  const [name = "", ...args] = command;
  if (profile !== "plain" && name === profile) return { file: agentBinary(flavours[profile]), args };
  const file = isAbsolute(name) ? name : onPath(name, path);
  const advice = "Install it where agents find it, or give its absolute path as the first word of the agent's command.";
  if (file === null) throw new Error(`The agent program ${name} is not on the path of agents (${path}). ${advice}`);
  try {
    accessSync(file, constants.X_OK);
  } catch (cause) {
    throw new Error(`The agent program ${file} cannot be executed. ${advice}`, { cause });
  }
  return { file, args };
}
