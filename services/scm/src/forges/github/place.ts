import type { RemoteOf, RepoRef } from "../forge.ts";
import { ScmError } from "../forge.ts";
import type { Access } from "./token-source.ts";

/** A rig's repository at GitHub, and as whom we ask about it. */
export interface Place {
  readonly rig: RepoRef;
  readonly owner: string;
  readonly name: string;
  readonly remoteId: string;
  /** Reaches this one repository only: should another get its name, it is not touched (scm §3.4: by number, never by name). */
  readonly access: Access;
}

/** Where a rig's repository is. Throws `ScmError("gone")` when the rig is not known. */
export async function placeOf(remoteOf: RemoteOf, rig: RepoRef): Promise<Place> {
  const { remote, remoteId, installation } = await remoteOf(rig);
  const [owner = "", name = "", ...rest] = remote.split("/");
  if (owner === "" || name === "" || rest.length > 0)
    throw new ScmError("invalid", `"${remote}" is not owner/name of a repository at GitHub; add the rig again`);
  const repositories = installation === null ? null : [remoteId];
  return { rig, owner, name, remoteId, access: { installation, repositories, permissions: null } };
}
