import type { Fields } from "../fields.ts";
import type { ActorSource } from "../sources.ts";

/** People, organizations and bots. A bot's login has no `[bot]` here, unlike in REST [I]. */
export const actorFields: Fields<ActorSource> = {
  id: ({ account }) => account.nodeId,
  databaseId: ({ account }) => account.id,
  login: ({ account }) => account.login.replace(/\[bot\]$/, ""),
  name: ({ account }) => account.login,
  url: ({ account }, _, { asking }) => `${asking.world.core.json.urls.web}/${account.login}`,
  resourcePath: ({ account }) => `/${account.login}`,
  avatarUrl: ({ account }, _, { asking }) => `${asking.world.core.json.urls.web}/avatars/${account.id}`,
};
