import { randomBytes } from "node:crypto";
import type { AgentSpec } from "../agent-runtime.ts";
import { flavours, type Flavour } from "../opencode-http/flavours.ts";
import { plainFolders, serverConfig, serverEnv, serverHome } from "../opencode-http/server-setup.ts";
import type { HomeSeed } from "../write-home.ts";
import type { AcpProgram } from "./acp-program.ts";

/** Its configuration without the town's tools: those come with the session. */
function knownEnvironment(flavour: Flavour, launch: AgentSpec): Record<string, string> {
  const { mcp: _, ...config } = serverConfig(launch);
  return {
    // It listens on a port of its own besides; nobody is told the password.
    ...serverEnv(flavour, launch, randomBytes(24).toString("base64url")),
    [`${flavour.envPrefix}_CONFIG_CONTENT`]: JSON.stringify(config),
  };
}

/** Folders of its own, and the host's model service as OpenAI's clients are told of it, with the agent's own token. */
function plainEnvironment({ env, home, model }: AgentSpec): Record<string, string> {
  return {
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: model.token,
    OPENAI_MODEL: model.name,
    ...env,
    HOME: home,
    ...plainFolders(home),
  };
}

/** All an ACP program sees of its surroundings. */
export function acpEnvironment(profile: AcpProgram["profile"], launch: AgentSpec): Record<string, string> {
  return profile === "plain" ? plainEnvironment(launch) : knownEnvironment(flavours[profile], launch);
}

/** What an ACP program is to find in its home. Pure. */
export function acpHome(profile: AcpProgram["profile"], home: string): HomeSeed {
  if (profile !== "plain") return serverHome(flavours[profile], home);
  return { folders: Object.values(plainFolders(home)), files: [] };
}
