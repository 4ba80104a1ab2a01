/** What a token may do: write includes read, admin includes write. */
export type Scope = "read" | "write" | "admin";

const rank: Record<Scope, number> = { read: 0, write: 1, admin: 2 };

/** Who asks: the token, and the actor it stands for in commands. */
export interface Identity {
  /** The token's id; `bootstrap` for the one from the configuration. */
  id: string;
  name: string;
  scope: Scope;
  /** The one town it is for; null: the whole installation. */
  town: string | null;
}

/** What a route asks of a token. */
export interface Need {
  scope: Scope;
  /** The town in the path, when there is one. */
  town?: string | undefined;
  /** The route is about the installation, which a town's token has no say in. */
  installation?: boolean | undefined;
}

/** Null when the token may, else the reason why not, for a person. */
export function refusalOf(identity: Identity, need: Need): string | null {
  if (rank[identity.scope] < rank[need.scope])
    return `This needs scope ${need.scope}; the token's scope is ${identity.scope}.`;
  if (identity.town === null) return null;
  if (need.installation)
    return `This needs a token of the whole installation; the token is for town ${identity.town} only.`;
  if (need.town !== undefined && need.town !== identity.town) return `The token is for town ${identity.town} only.`;
  return null;
}

/** The actor that the token's commands are attributed to. */
export function actorOf(identity: Identity): string {
  return `user:${identity.name}`;
}
