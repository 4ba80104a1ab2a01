import { parseArgs } from "node:util";

export interface Arguments {
  command: "up" | "demo";
  /** Where everything is kept, as given. */
  state: string;
  /** The gateway's port; null: the one of the last time, else a free one. */
  port: number | null;
  /** Demo: where its repository and its pull requests are. */
  forge: "local" | "github-double";
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
  --exit        demo: stop everything after the summary; exit code 0 only when every bead was merged
  --json        say the start as one line of JSON
  --help        this text

Environment
  GASTOWN_MODEL=<provider>/<model>   openai, anthropic, openrouter, groq, mistral or google, with its usual key variable
  GASTOWN_MODEL_URL, GASTOWN_MODEL_KEY   any server that speaks OpenAI chat completions (Ollama: http://127.0.0.1:11434/v1)
  GASTOWN_AGENT, GASTOWN_AGENT_BIN   opencode (default) or kilo, and the path of its program when it is not the installed one
  GASTOWN_MAX_CONTAINERS             containers of all towns at once (default 20); agents that need one more wait
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

/** Reads a command line (without node and the program); throws a UsageError. */
export function parseArguments(argv: string[]): Arguments {
  const options = {
    state: { type: "string" },
    port: { type: "string" },
    forge: { type: "string", default: "local" },
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
  const { forge, exit, json, help } = parsed.values;
  if (forge !== "local" && forge !== "github-double")
    throw new UsageError(`--forge ${forge}: give local or github-double`);
  if (forge !== "local" && command !== "demo") throw new UsageError("--forge is for the demo; rigs say where theirs are");
  // The double keeps nothing, so its state is of no use to another start.
  const state = parsed.values.state ?? (forge === "local" ? ".gastown" : ".gastown-github-double");
  return { command, state, port: portOf(parsed.values.port), forge, exit, json, help };
}
