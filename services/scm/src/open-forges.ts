import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import type { Database } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import type { Hono } from "hono";
import { programEnv, type ScmConfig } from "./config.ts";
import type { ForgeUsage } from "./forge-usage.ts";
import type { Forge } from "./forges/forge.ts";
import { createForges } from "./forges/forges.ts";
import { createAppApi } from "./forges/github/create-app-api.ts";
import { createGithubForge, type GithubForge } from "./forges/github/github-forge.ts";
import type { AppApi } from "./forges/github/app-api.ts";
import type { GithubSite } from "./forges/github/github-options.ts";
import { createGitlabForge } from "./forges/gitlab/gitlab-forge.ts";
import type { GitlabSite } from "./forges/gitlab/gitlab-options.ts";
import { createGitApp } from "./forges/local/git-app.ts";
import { createGit } from "./forges/local/git.ts";
import { createLocalForge } from "./forges/local/local-forge.ts";
import { repoFolder } from "./forges/local/repo-path.ts";
import { runCheck, sweepCheck } from "./forges/local/run-check.ts";
import { installUpdateHook } from "./forges/local/update-hook.ts";
import type { GithubConfig, GitlabConfig } from "./forge-config.ts";
import type { ScmContext } from "./handlers/context.ts";
import { createLocalLedger } from "./store/local-ledger.ts";
import { createRemoteOf } from "./store/remote-of.ts";

const defaultCheckTimeoutMs = 10 * 60_000;

interface Reach {
  readonly db: Database;
  readonly logger: Logger;
  readonly usage: ForgeUsage;
  readonly clock: () => number;
  /** Where we listen, when nobody says where people reach us. */
  readonly url: string;
}

/** All forges that are configured, and the door of our own. */
export interface OpenForges {
  readonly context: ScmContext;
  readonly gitApp: Hono;
  /** The same for agents, who have a token for all that they may. */
  readonly agentApp: Hono;
  /** Null: GitHub is not configured. */
  readonly github: GithubForge | null;
  /** Null: there is no GitHub App. */
  readonly app: AppApi | null;
}

/** The local forge with its door, and those elsewhere that are configured; nothing is asked of them yet. */
export async function openForges(config: ScmConfig, reach: Reach): Promise<OpenForges> {
  const { db, logger, url } = reach;
  const { reposDir, tokenSecret } = config;
  const { path, importEnv } = programEnv(config);
  await mkdir(reposDir, { recursive: true });
  const hooksDir = await installUpdateHook(reposDir, path);
  const git = createGit({ path });
  const ledger = createLocalLedger(db);
  const publicUrl = config.publicUrl ?? url;
  const agentUrl = config.agentUrl ?? publicUrl;
  const local = createLocalForge({ git, reposDir, ledger, tokenSecret, publicUrl, agentUrl, importEnv });
  const { github, app } = openGithub(config.github, reach);
  const gitlab = openGitlab(config.gitlab, reach);
  const forges = createForges({ local, ...(github !== null && { github }), ...(gitlab !== null && { gitlab }) });
  const allowAnonymousRead = config.allowAnonymousRead ?? isLoopback(config.host);
  const timeoutMs = config.checkTimeoutMs ?? defaultCheckTimeoutMs;
  const door = { git, path, reposDir, hooksDir, ledger, tokenSecret, logger };
  return {
    github,
    app,
    gitApp: createGitApp({ ...door, allowAnonymousRead }),
    agentApp: createGitApp({ ...door, allowAnonymousRead: false }),
    context: {
      db,
      forges,
      logger,
      publicUrl,
      host: hostname(),
      runCheck: (order) => runCheck({ ...order, git, path, timeoutMs, repo: repoFolder(reposDir, order) }),
      sweepCheck,
    },
  };
}

function openGithub(
  config: GithubConfig | undefined,
  { db, logger, usage, clock }: Omit<Reach, "url">,
): { github: GithubForge | null; app: AppApi | null } {
  if (config === undefined) return { github: null, app: null };
  const { webUrl, apiUrl, app, token } = config;
  const onCall: GithubSite["onCall"] = ({ operation }) => usage.count("github", operation);
  const site = { webUrl, apiUrl, logger, clock, onCall, remoteOf: createRemoteOf(db) };
  if (app === null)
    return { github: createGithubForge({ ...site, credentials: { kind: "token", token: token ?? "" } }), app: null };
  const { appId, slug, privateKey, client } = app;
  const credentials = { kind: "app" as const, appId, slug, privateKey };
  const api = createAppApi({ ...site, credentials, clientId: client?.id ?? "", clientSecret: client?.secret ?? "" });
  return { github: createGithubForge({ ...site, credentials }), app: api };
}

function openGitlab(config: GitlabConfig | undefined, { db, logger, usage, clock }: Omit<Reach, "url">): Forge | null {
  if (config === undefined) return null;
  const { url, token } = config;
  const onCall: GitlabSite["onCall"] = ({ operation }) => usage.count("gitlab", operation);
  return createGitlabForge({ url, token, logger, clock, onCall, remoteOf: createRemoteOf(db) });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
