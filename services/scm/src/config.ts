import { resolve } from "node:path";
import { natsEnvironment, natsSettingsFrom, parseEnv, type NatsSettings } from "@gastown/service";
import { z } from "zod";
import { forgeVariables, githubOf, gitlabOf, type GithubConfig, type GitlabConfig } from "./forge-config.ts";

export interface ScmConfig extends NatsSettings {
  databaseUrl: string;
  /** The address to listen on; loopback by default. */
  host: string;
  /** 0: any free port. */
  port: number;
  /** Where people reach us; `http://<host>:<port>` by default. No slash at the end. */
  publicUrl?: string | undefined;
  /** Where agents reach us, when that is another address; `publicUrl` by default. */
  agentUrl?: string | undefined;
  /** A second port, for agents: git with a token and nothing else, no reading without one, no webhooks and no metrics. None by default. */
  agentPort?: number | undefined;
  reposDir: string;
  /** Signs the tokens of agents; the same for all replicas. */
  tokenSecret: string;
  /** 10 minutes by default. */
  checkTimeoutMs?: number | undefined;
  /** Whoever reaches us may clone; true by default on a loopback address, and only there. */
  allowAnonymousRead?: boolean | undefined;
  /** `PATH` for git and for checks; that of this process by default. */
  path?: string | undefined;
  /** Environment for importing repositories: the credentials, proxy and settings of who runs us. */
  importEnv?: Record<string, string> | undefined;
  /** Absent: rigs of GitHub cannot be registered. */
  github?: GithubConfig | undefined;
  gitlab?: GitlabConfig | undefined;
  logLevel?: string | undefined;
  otlpEndpoint?: string | undefined;
}

const url = z
  .url({ protocol: /^https?$/, message: "must be an http or https URL" })
  .transform((value) => value.replace(/\/+$/, ""));

const variables = z.object({
  ...forgeVariables,
  ...natsEnvironment.shape,
  DATABASE_URL: z.string().describe("where Postgres is: postgres://user:password@host:5432/database"),
  SCM_HOST: z.string().min(1).default("127.0.0.1"),
  SCM_PORT: z.coerce.number().int().min(0).max(65_535).default(4801),
  SCM_PUBLIC_URL: url.optional().describe("where people clone from: https://git.example.org"),
  SCM_AGENT_URL: url.optional().describe("where agents clone from, when that is another address"),
  SCM_AGENT_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe("a port that agents get git from, with a token"),
  SCM_REPOS_DIR: z
    .string()
    .min(1)
    .transform((path) => resolve(path))
    .describe("a folder for the bare repositories"),
  SCM_TOKEN_SECRET: z
    .string()
    .min(16, "must have 16 characters or more")
    .describe("signs the tokens of agents: openssl rand -hex 32"),
  SCM_CHECK_TIMEOUT_MS: z.coerce.number().int().min(1_000).default(600_000),
  SCM_ALLOW_ANONYMOUS_READ: z
    .enum(["true", "false"])
    .transform((value) => value === "true")
    .optional(),
  PATH: z.string().optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
});

const environment = variables.superRefine((env, ctx) => {
  githubOf(env, (name, message) => ctx.addIssue({ code: "custom", path: [name], message }));
});

/** What a person's own git needs to reach what that person can reach. */
const importVariables = [
  "HOME",
  "XDG_CONFIG_HOME",
  "SSH_AUTH_SOCK",
  "GIT_SSH_COMMAND",
  "GIT_CONFIG_GLOBAL",
  "SSL_CERT_FILE",
  "http_proxy",
  "https_proxy",
  "HTTPS_PROXY",
  "all_proxy",
  "no_proxy",
  "NO_PROXY",
];

/** The configuration in the environment. Throws `ConfigError` naming every variable that is missing or wrong. */
export function configFromEnv(env: Record<string, string | undefined> = process.env): ScmConfig {
  const given = parseEnv(environment, env);
  return {
    ...natsSettingsFrom(given),
    databaseUrl: given.DATABASE_URL,
    host: given.SCM_HOST,
    port: given.SCM_PORT,
    publicUrl: given.SCM_PUBLIC_URL,
    agentUrl: given.SCM_AGENT_URL,
    agentPort: given.SCM_AGENT_PORT,
    reposDir: given.SCM_REPOS_DIR,
    tokenSecret: given.SCM_TOKEN_SECRET,
    checkTimeoutMs: given.SCM_CHECK_TIMEOUT_MS,
    allowAnonymousRead: given.SCM_ALLOW_ANONYMOUS_READ,
    path: given.PATH,
    importEnv: importEnvOf(env),
    // Whatever is wrong was said by now.
    github: githubOf(given, () => {}) ?? undefined,
    gitlab: gitlabOf(given) ?? undefined,
    logLevel: given.LOG_LEVEL,
    otlpEndpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT,
  };
}

/** What programs we start are given of the environment, unless the configuration says otherwise. */
export function programEnv({ path, importEnv }: ScmConfig): { path: string; importEnv: Record<string, string> } {
  return {
    path: path ?? process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    importEnv: importEnv ?? importEnvOf(process.env),
  };
}

function importEnvOf(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(importVariables.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
