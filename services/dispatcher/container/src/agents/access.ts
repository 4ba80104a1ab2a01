import type { AgentRun } from "./agent-run.ts";

/** Which agent a request to the host's local services comes from: its token decides, never what it says. */
export interface Access<Asker extends { readonly token: string } = AgentRun> {
  /** True afterwards: requests with the asker's token are that one's, whoever had it before. */
  grant(asker: Asker): void;
  /** True afterwards: no request is this asker's. */
  revoke(asker: Asker): void;
  /** Whose an `Authorization` header is, or null. */
  find(authorization: string | undefined): Asker | null;
}

/** Nobody has access yet. */
export function createAccess<Asker extends { readonly token: string } = AgentRun>(): Access<Asker> {
  const askers = new Map<string, Asker>();
  return {
    grant: (asker) => void askers.set(asker.token, asker),
    revoke(asker) {
      if (askers.get(asker.token) === asker) askers.delete(asker.token);
    },
    find(authorization) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
      return token === undefined ? null : (askers.get(token) ?? null);
    },
  };
}
