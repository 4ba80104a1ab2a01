import { accessSync, constants } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { containerRequests, townId } from "@gastown/contracts";
import { z } from "zod";

const ms = z
  .int()
  .min(100)
  .max(24 * 3_600_000);

/** Bounds of one start of an agent. The dispatcher may leave them all out. */
const limits = z.strictObject({
  /** From the spawn of an agent server to its first answer (runtime.md §1: kilo's worst is 12 s on 2 cores). */
  startMs: ms.default(120_000),
  /** One git command that speaks to the forge. */
  gitMs: ms.default(300_000),
  /** Without any sign of work for this long a turn is given up (runtime.md §2: a hanging model is `busy` for ever). */
  stallMs: ms.default(600_000),
  /** A turn that goes on for longer, however busy it looks, is given up: a model may call tools in a circle for ever. */
  turnMs: ms.default(4 * 3_600_000),
  /** An agent server that answers nothing for this long counts as crashed. */
  deafMs: ms.default(60_000),
  /** How often the truth is read when no event asks for it. */
  lookMs: ms.default(3_000),
  /** Retries of a model call after which the turn is given up (opencode itself never gives up). */
  modelRetries: z.int().min(0).max(100).default(5),
  /** How often an agent that ended its turn without gt_done is reminded. */
  reminders: z.int().min(0).max(10).default(1),
  /** How long an agent may go on talking after its gt_done was accepted. */
  afterDoneMs: ms.default(30_000),
});
export type Limits = z.infer<typeof limits>;

const acpProgram = z.strictObject({
  command: z.array(z.string().min(1)).min(1).max(32),
  profile: z.enum(["opencode", "kilo", "plain"]).default("plain"),
});

/** The program that agents run as. */
export const programChoice = z.object({
  /** `acp`: any program that speaks the Agent Client Protocol (docs/agent-programs.md). */
  agentRuntime: z.enum(["opencode", "kilo", "acp"]).default("opencode"),
  /** The program of `opencode` or `kilo`, when it is not the installed one. */
  agentBin: z.string().min(1).optional(),
  /** The program of `acp`: its command, and what is known of it (runtime/acp/acp-program.ts). */
  acp: acpProgram.optional(),
});
export type ProgramChoice = z.infer<typeof programChoice>;

/** What a container host is told at its start: one line of JSON on standard input, because it holds secrets. */
const hostConfig = z.strictObject({
  town: townId,
  /** This container's name: town and generation. */
  container: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
  stateDir: z.string().refine(isAbsolute, "must be an absolute path"),
  natsUrl: z.string().min(1),
  natsUser: z.string().optional(),
  natsPassword: z.string().optional(),
  /** What a `.creds` file of NATS holds, in the place of a user and a password: this container's own, for its town alone. */
  natsCredentials: z.string().optional(),
  inboxPrefix: z.string().min(1),
  model: z.strictObject({
    /** The base URL of an OpenAI chat-completions service, with its `/v1`. */
    url: z.url(),
    name: z.string().min(1).max(200),
    key: z.string().optional(),
  }),
  ...programChoice.shape,
  heartbeatMs: ms.default(30_000),
  /** The start of a mayor that is yet to come: its session and its server are got ready as soon as this host runs. */
  prewarm: containerRequests.start.data.nullable().default(null),
  /** How long starts wait at most for sessions to be put in place when this host begins. */
  hydrationMs: ms.default(15_000),
  /** How long saving everybody's work may take when the container ends. */
  drainGraceMs: ms.default(20_000),
  otlpEndpoint: z.string().optional(),
  logLevel: z.string().default("info"),
  limits: limits.prefault({}),
});
export type HostConfig = z.infer<typeof hostConfig>;

/** Reads the line of configuration; the error names every wrong field and never repeats a value. */
export function parseHostConfig(line: string): HostConfig {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new Error(
      "The container host's configuration is no JSON. Write one JSON object on one line to its standard input.",
    );
  }
  const parsed = hostConfig.safeParse(json);
  if (!parsed.success) throw new Error(`The container host's configuration is wrong. ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function folderOf(program: string, path: string): string | null {
  for (const folder of path.split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      if (isAbsolute(folder)) return folder;
    } catch {
      continue;
    }
  }
  return null;
}

/**
 * The PATH an agent gets: this node's own folder first, then git's, then the system's. Nothing else of the host's PATH, so
 * that what lies beside the server is not offered to agents.
 */
export function agentPath(): string {
  const system = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  const git = folderOf("git", [process.env["PATH"] ?? "", ...system].join(delimiter));
  if (git === null) throw new Error("git was not found. Install git (Debian: apt-get install git) and start again.");
  return [...new Set([dirname(process.execPath), git, ...system])].join(delimiter);
}

const proxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/** The variables that tell programs of a proxy, as far as this container has them: agents reach the network as it does. */
export function agentProxies(): Record<string, string> {
  return Object.fromEntries(
    proxyVariables
      .map((name) => [name, process.env[name]])
      .filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/** The variable in which the agents' image says from which number on users are the town's agents (deploy/docker/agent.Dockerfile). */
const agentUidVariable = "GASTOWN_AGENT_UID";

/**
 * The first user number of agents, where this host may start programs as other users; null where all run as the host's own. Throws when
 * the variable is no number of an ordinary user.
 */
export function firstAgentUid(given = process.env[agentUidVariable]): number | null {
  if (given === undefined) return null;
  const uid = z.coerce.number().int().min(1_000).max(50_000).safeParse(given);
  if (uid.success) return uid.data;
  throw new Error(`${agentUidVariable} is "${given}": the image has to give a user number from 1000 to 50000.`);
}
