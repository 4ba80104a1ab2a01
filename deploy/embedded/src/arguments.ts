import { parseArgs } from "node:util";

export interface Arguments {
  command: "up" | "demo";
  /** Where everything is kept, as given. */
  state: string;
  /** The gateway's port; null: the one of the last time, else a free one. */
  port: number | null;
  /** Demo: where its repository and its pull requests are. */
  forge: "local" | "github-double";
  /** Where agents' containers run; null: what GASTOWN_RUNTIME says. */
  runtime: "process" | "docker" | null;
  /** Demo: stop everything after the summary. */
  exit: boolean;
  /** Print the start as one JSON line instead of lines for people. */
  json: boolean;
  help: boolean;
}

/** The command line cannot be understood; the message says why. */
export class UsageError extends Error {
  override name = "UsageError";
}

export const usage = `Usage: gastown up|demo [options]      (npm start -- [options], npm run demo -- [options])

  up      starts a town on this machine: NATS, Postgres and the four services, on loopback
  demo    the same, and shows two pieces of work go from a bead to a merged pull request

Options
  --state DIR   where everything is kept (default ./.gastown)
  --port N      the port of the API (default: the one of the last time, else a free one)
  --forge KIND  demo: local (default), or github-double: a made-up github.com on this machine (a test double: webhooks, checks,
                reviews by a person, pushes over HTTP with a minted token); it is gone when the demo ends
  --runtime R   where agents run: process (default), on this machine as they are, or docker: each town in a container with limits and
                no network but what it needs (node deploy/docker/build-images.mjs makes the image)
  --exit        demo: stop everything after the summary; exit code 0 only when every bead was merged
  --json        say each start as one line of JSON (up starts again what died)
  --help        this text

Environment
  GASTOWN_MODEL=<provider>/<model>   openai, anthropic, openrouter, groq, mistral or google, with its usual key variable
  GASTOWN_MODEL_URL, GASTOWN_MODEL_KEY   any server that speaks OpenAI chat completions (Ollama: http://127.0.0.1:11434/v1)
  GASTOWN_MODEL_KEY_FILE             a file with the key in its place; read again when it changes
  GASTOWN_AGENT, GASTOWN_AGENT_BIN   opencode (default) or kilo, and the path of its program when it is not the installed one
  GASTOWN_AGENT=acp                  any program that speaks ACP: GASTOWN_AGENT_COMMAND, GASTOWN_AGENT_PROFILE (docs/agent-programs.md)
  GASTOWN_MAX_CONTAINERS             containers of all towns at once (default 20); agents that need one more wait
  DISPATCHER_MAX_AGENTS              agents in a town's container at once (default 6); what starts over it waits
  GASTOWN_RUNTIME, DOCKER_HOST       as --runtime, and the engine; GASTOWN_AGENT_IMAGE and GASTOWN_EGRESS (host:port, ...) for it
  NATS_URL, NATS_SERVER_BIN          a NATS server that runs, or the program to start
  DATABASE_URL                       any Postgres instead of the embedded one
  SCM_GITHUB_*, SCM_GITLAB_*         GitHub and GitLab for rigs that are there: docs/github-app.md
  OTEL_EXPORTER_OTLP_ENDPOINT        where traces go (OTLP over HTTP)
`;

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`--port ${text}: give a number from 1 to 65535`);
  return port;
}

function runtimeOf(text: string | undefined): Arguments["runtime"] {
  if (text === undefined || text === "process" || text === "docker") return text ?? null;
  throw new UsageError(`--runtime ${text}: give process or docker`);
}

function forgeOf(text: string, { command, runtime }: Pick<Arguments, "command" | "runtime">): Arguments["forge"] {
  if (text !== "local" && text !== "github-double")
    throw new UsageError(`--forge ${text}: give local or github-double`);
  if (text === "local") return text;
  if (command !== "demo") throw new UsageError("--forge is for the demo; rigs say where theirs are");
  if (runtime === "docker")
    throw new UsageError("--runtime docker: the github-double is on loopback, which containers do not reach");
  return text;
}

/** Reads a command line (without node and the program); throws a UsageError. */
export function parseArguments(argv: string[]): Arguments {
  const options = {
    state: { type: "string" },
    port: { type: "string" },
    forge: { type: "string", default: "local" },
    runtime: { type: "string" },
    exit: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const [command = "up", ...rest] = parsed.positionals;
  if (rest.length > 0) throw new UsageError(`unexpected: ${rest.join(" ")}`);
  if (command !== "up" && command !== "demo") throw new UsageError(`unknown command: ${command}`);
  const { exit, json, help } = parsed.values;
  const runtime = runtimeOf(parsed.values.runtime);
  const forge = forgeOf(parsed.values.forge, { command, runtime });
  // The double keeps nothing, so its state is of no use to another start.
  const state = parsed.values.state ?? (forge === "local" ? ".gastown" : ".gastown-github-double");
  return { command, state, port: portOf(parsed.values.port), forge, runtime, exit, json, help };
}
