import { join } from "node:path";
import type { AgentSpec } from "../agent-runtime.ts";
import type { HomeSeed } from "../write-home.ts";
import { offlineSwitches, type Flavour } from "./flavours.ts";

/** The provider and the MCP server of an agent's configuration. Tools are called `gt_<name>` because of the latter. */
export const providerName = "gastown";
export const toolServerName = "gt";

/** Longer than any tool of ours takes: gt_done pushes and waits for the town's verdict. */
const toolTimeoutMs = 300_000;

/** The program's configuration. Its only secret is the agent's own token, which is of no use anywhere but at our host. */
export function serverConfig(launch: AgentSpec): Record<string, unknown> {
  const { model, tools } = launch;
  const name = `${providerName}/${model.name}`;
  return {
    provider: {
      [providerName]: {
        npm: "@ai-sdk/openai-compatible",
        name: "Gastown",
        options: { baseURL: model.url, apiKey: model.token },
        models: {
          [model.name]: { name: model.name, tool_call: true, limit: { context: 128_000, output: 16_384 } },
        },
      },
    },
    model: name,
    small_model: name,
    enabled_providers: [providerName],
    mcp: {
      [toolServerName]: {
        type: "remote",
        url: tools.url,
        headers: { authorization: `Bearer ${tools.token}` },
        oauth: false,
        enabled: true,
        timeout: toolTimeoutMs,
      },
    },
    // Nobody is there to answer a question, and a permission that is asked for waits for ever.
    permission: { "*": "allow", question: "deny", ...(launch.readOnly && { edit: "deny" }) },
    share: "disabled",
    autoupdate: false,
    lsp: false,
    formatter: false,
    snapshot: false,
  };
}

/** Folders of a program's own below its home, as the variables that name them. Pure. */
export function plainFolders(home: string): Record<string, string> {
  return {
    TMPDIR: join(home, "tmp"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_STATE_HOME: join(home, "state"),
    XDG_CACHE_HOME: join(home, "cache"),
  };
}

function modelsFile(home: string): string {
  return join(home, "models.json");
}

/**
 * The folders an agent server writes to, a configuration folder in which its plugin package looks installed (without that
 * it runs npm at the first request and then may not end on SIGTERM: runtime.md §1, T1), and an empty list of the world's models:
 * reading the built-in one costs 2.8 s of processor time in the first turn, and ours is the only model. Pure.
 */
export function serverHome(flavour: Flavour, home: string): HomeSeed {
  const config = join(home, "config", flavour.folder);
  const dependencies = { [flavour.plugin]: "*" };
  const lock = { name: "config", lockfileVersion: 3, packages: { "": { dependencies } } };
  return {
    folders: [...Object.values(plainFolders(home)), join(config, "node_modules")],
    files: [
      { path: join(config, "package.json"), text: JSON.stringify({ dependencies }) },
      { path: join(config, "package-lock.json"), text: JSON.stringify(lock) },
      { path: modelsFile(home), text: "{}" },
    ],
  };
}

/** All an agent server sees of its surroundings: what the launch gives, its own folders (`serverHome`) and the switches above. Pure. */
export function serverEnv(flavour: Flavour, launch: AgentSpec, password: string): Record<string, string> {
  const { home } = launch;
  return {
    ...launch.env,
    HOME: home,
    ...plainFolders(home),
    [`${flavour.envPrefix}_TEST_HOME`]: home,
    [`${flavour.envPrefix}_MODELS_PATH`]: modelsFile(home),
    ...offlineSwitches(flavour),
    [`${flavour.envPrefix}_CONFIG_CONTENT`]: JSON.stringify(serverConfig(launch)),
    [`${flavour.envPrefix}_SERVER_PASSWORD`]: password,
  };
}
