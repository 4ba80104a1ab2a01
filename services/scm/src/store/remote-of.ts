import type { Database } from "@gastown/db";
import { ScmError, type RemoteOf } from "../forges/forge.ts";
import { findRepo } from "./repos.ts";

/** How forges find the repositories of rigs. */
export function createRemoteOf(db: Database): RemoteOf {
  return async (ref) => {
    const repo = await findRepo(db, ref);
    if (repo === null || repo.remote === null || repo.remoteId === null)
      throw new ScmError("gone", `the forge knows no repository of rig ${ref.rig}`);
    const { remote, remoteId, installation } = repo;
    return { remote, remoteId, installation };
  };
}
