import { isDeepStrictEqual } from "node:util";
import type { Job } from "@gastown/contracts";
import { gitEnvironment } from "../git/git-identity.ts";
import type { AgentSpec } from "../runtime/agent-runtime.ts";
import type { StatePaths } from "../state-paths.ts";
import type { AgentUser } from "../users/agent-user.ts";
import type { Users } from "../users/users.ts";
import { workplaceOf } from "./workplace-of.ts";

/** What every agent of a host has in common. */
export interface Surroundings {
  town: string;
  paths: StatePaths;
  users: Users;
  /** The PATH of agents. */
  path: string;
  /** How agents' programs reach the network, where that is by a proxy. */
  proxies: Record<string, string>;
  /** The installation's model, for jobs that name none. */
  model: string;
  /** The host's local services. */
  url: string;
}

/** One agent, as far as its server is concerned. */
export interface SpecInput {
  job: Job;
  /** What people gave to it, in clear. */
  variables: Record<string, string>;
  /** Its own token for the host's services. */
  token: string;
  model: string;
  /** As whom it runs. */
  user: AgentUser | null;
}

/** As whom an agent commits. */
export function identityOf({ name, identity }: SpecInput["job"]): { name: string; email: string } {
  return { name, email: `${identity}@gastown.local` };
}

/** The folders of an agent: where it lives and where it works. */
export function foldersOf(job: SpecInput["job"], paths: StatePaths): { home: string; worktree: string } {
  return {
    home: paths.home(job.agent),
    worktree: workplaceOf(job) === null ? paths.desk(job.agent) : paths.worktree(job.agent, job.bead.bead),
  };
}

/**
 * What an agent's programs see of the world, git among them. It is made from nothing: whatever the host knows stays with the
 * host. Pure.
 */
export function agentEnvironment(job: SpecInput["job"], around: Surroundings): Record<string, string> {
  return {
    PATH: around.path,
    LANG: "C.UTF-8",
    ...around.proxies,
    GASTOWN_TOWN: around.town,
    ...(job.rig !== null && { GASTOWN_RIG: job.rig.rig }),
    GASTOWN_AGENT: job.agent,
    GASTOWN_BEAD: job.bead.bead,
    ...gitEnvironment({ home: around.paths.home(job.agent), ...identityOf(job) }),
  };
}

/**
 * What an agent's server is configured with. Every server is started from this and nothing else, whether its start was asked for, is
 * yet to come (prewarm) or changes its model, so that they cannot differ (kilo-container-api §3, §12.10). Pure.
 */
export function agentSpec({ job, variables, token, model, user }: SpecInput, around: Surroundings): AgentSpec {
  const { home, worktree } = foldersOf(job, around.paths);
  return {
    agent: job.agent,
    user,
    role: job.role,
    cwd: worktree,
    home,
    env: { ...variables, ...agentEnvironment(job, around) },
    model: { url: `${around.url}/model/v1`, token, name: model },
    tools: { url: `${around.url}/mcp`, token },
    readOnly: job.role !== "polecat",
  };
}

/** Whether a server of one may be used where the other is wanted. */
export function sameSpec(one: AgentSpec, other: AgentSpec): boolean {
  return isDeepStrictEqual(one, other);
}
