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

export interface Places {
  /** Where a rig's repository is. Throws `ScmError("gone")` when the rig is not known. */
  find(rig: RepoRef): Promise<Place>;
  /** GitHub calls the repository so now; answers the place under that name. */
  renamed(place: Place, remote: string): Place;
}

/** Finds places, by the names GitHub was seen to use last: by an old name a change might be answered with a redirect. */
export function createPlaces(remoteOf: RemoteOf): Places {
  const seen = new Map<string, string>();
  return {
    find: async (rig) => {
      const known = await remoteOf(rig);
      return placeOf(rig, { ...known, remote: seen.get(known.remoteId) ?? known.remote });
    },
    renamed: (place, remote) => {
      if (remote === `${place.owner}/${place.name}`) return place;
      seen.set(place.remoteId, remote);
      const { remoteId, access } = place;
      return placeOf(place.rig, { remote, remoteId, installation: access.installation });
    },
  };
}

function placeOf(rig: RepoRef, { remote, remoteId, installation }: Awaited<ReturnType<RemoteOf>>): Place {
  const [owner = "", name = "", ...rest] = remote.split("/");
  if (owner === "" || name === "" || rest.length > 0)
    throw new ScmError("invalid", `"${remote}" is not owner/name of a repository at GitHub; add the rig again`);
  const repositories = installation === null ? null : [remoteId];
  return { rig, owner, name, remoteId, access: { installation, repositories, permissions: null } };
}
