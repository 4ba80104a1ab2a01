import type { ForgeKind } from "@gastown/contracts";
import { ScmError, type Forge } from "./forge.ts";

/** The forges this installation can reach. */
export interface Forges {
  /** Throws `ScmError` invalid, saying which variables to set, when it is not configured. */
  of(kind: ForgeKind): Forge;
  /** Null when it is not configured. */
  find(kind: ForgeKind): Forge | null;
}

const settings: Readonly<Record<ForgeKind, string>> = {
  local: "SCM_REPOS_DIR",
  github:
    "SCM_GITHUB_APP_ID, SCM_GITHUB_APP_SLUG and SCM_GITHUB_PRIVATE_KEY_FILE for a GitHub App, or SCM_GITHUB_TOKEN for a personal token",
  gitlab: "SCM_GITLAB_URL and SCM_GITLAB_TOKEN",
};

export function createForges(configured: Readonly<Partial<Record<ForgeKind, Forge>>>): Forges {
  const find = (kind: ForgeKind) => configured[kind] ?? null;
  return {
    find,
    of: (kind) => {
      const forge = find(kind);
      if (forge === null)
        throw new ScmError(
          "invalid",
          `${kind} is not set up here. Start scm with ${settings[kind]}, and add the rig again.`,
        );
      return forge;
    },
  };
}
