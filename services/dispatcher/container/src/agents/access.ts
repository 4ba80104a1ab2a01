import type { AgentRun } from "./agent-run.ts";

/** Which agent a request to the host's local services comes from: its token decides, never what it says. */
export interface Access {
  /** True afterwards: requests with the run's token are that run's, whoever had it before. */
  grant(run: AgentRun): void;
  /** True afterwards: no request is this run's. */
  revoke(run: AgentRun): void;
  /** The run an `Authorization` header belongs to, or null. */
  find(authorization: string | undefined): AgentRun | null;
}

/** Nobody has access yet. */
export function createAccess(): Access {
  const runs = new Map<string, AgentRun>();
  return {
    grant: (run) => void runs.set(run.token, run),
    revoke(run) {
      if (runs.get(run.token) === run) runs.delete(run.token);
    },
    find(authorization) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
      return token === undefined ? null : (runs.get(token) ?? null);
    },
  };
}
