import { z } from "zod";
import { actor } from "../envelope.ts";
import { defineCommand, defineEvent, defineQuery } from "../message.ts";
import { page, pageOf } from "../model.ts";

/** A number of the forge as text: of an installation, an account or a repository. */
const forgeId = z.string().regex(/^[1-9][0-9]{0,19}$/, "must be a number of the forge");
/** A GitHub App's installation on an account. */
export const installationId = forgeId;

const account = z.object({ id: forgeId, login: z.string(), type: z.string() });
const installationState = z.enum(["active", "suspended", "removed"]);
/** Who of us it is done for: the id of the token that the person signed in with. A proof is good for that one only. */
const user = z.string().min(1).max(100);
/** What `installation.verify` answered: single use, ten minutes, for one owner and user. */
const proof = z.string().min(20).max(100);

export const installationView = z.object({
  installation: installationId,
  account,
  state: installationState,
  /** All repositories of the account, or those that were chosen. */
  selection: z.enum(["all", "selected"]),
  /** What the App may do there: `{ contents: "write" }`. */
  permissions: z.record(z.string(), z.string()),
  /** The town whose rigs may use it; `_`: all towns; null: nobody has linked it yet. */
  owner: z.string().nullable(),
  linkedBy: z.string().nullable(),
  linkedAt: z.iso.datetime().nullable(),
  repositories: z.int().min(0),
});
export type InstallationView = z.infer<typeof installationView>;

export const installationRepositoryView = z.object({
  installation: installationId,
  /** Stays when the repository is renamed. */
  id: forgeId,
  /** `acme/app`. */
  name: z.string(),
  private: z.boolean(),
  /** Null until the forge was read after a webhook named it. */
  defaultBranch: z.string().nullable(),
  /** What a rig names as its source; null as above. */
  url: z.string().nullable(),
});
export type InstallationRepositoryView = z.infer<typeof installationRepositoryView>;

export const verifyInstallation = defineQuery({
  owner: "scm",
  entity: "installation",
  verb: "verify",
  summary:
    "Ask the forge who a browser that comes back from it belongs to, and whether this installation is theirs; what is learned is kept, and a proof of it is answered. `town` is the owner it is to be linked to.",
  data: z.object({
    /** Null: only who it is. */
    installation: installationId.nullable(),
    /** What the forge gave the browser; works once. */
    code: z.string().min(1).max(500),
    user,
  }),
  reply: z.discriminatedUnion("outcome", [
    z.object({
      outcome: z.literal("verified"),
      proof,
      person: account,
      installation: installationView.nullable(),
    }),
    /** There is none of this number, or it is not this person's: who asks does not learn which. */
    z.object({ outcome: z.literal("not_found") }),
    /** The code is used up, too old or none. */
    z.object({ outcome: z.literal("code_refused") }),
    /** This installation of Gastown has no GitHub App. */
    z.object({ outcome: z.literal("no_app") }),
  ]),
});
export const linkInstallation = defineCommand({
  owner: "scm",
  entity: "installation",
  verb: "link",
  installationWide: true,
  summary:
    "Let the town's rigs use an installation that was verified. Refused as already_exists when it is another owner's, as stale when the proof is used up or too old. Result: { installation }.",
  data: z.object({ installation: installationId, proof, user }),
});
export const requestInstallation = defineCommand({
  owner: "scm",
  entity: "installation",
  verb: "request",
  installationWide: true,
  summary:
    "A person asked an owner of their organization to install the App: when that is done, it is linked to this town. Refused as already_exists while that person has asked before. Result: { requester }.",
  data: z.object({ proof, user }),
});
export const listInstallations = defineQuery({
  owner: "scm",
  entity: "installation",
  verb: "list",
  summary:
    "Installations the town's rigs may use, by id; with town token `_` all there are. Removed ones are left out.",
  data: z.object(page),
  reply: pageOf(installationView),
});
export const listInstallationRepositories = defineQuery({
  owner: "scm",
  entity: "installation",
  verb: "repositories",
  summary: "What an installation reaches, by name; `town` as in installation.list.",
  data: z.object({ ...page, installation: installationId }),
  reply: pageOf(installationRepositoryView),
});

const about = { installation: installationId, account: z.string() };
/** So many names an event carries at most; there can be 10,000. */
const names = z.array(z.string()).max(100);
export const installationLinked = defineEvent({
  owner: "scm",
  entity: "installation",
  verb: "linked",
  summary: "The town's rigs may use an installation of the forge's App.",
  data: z.object({ ...about, by: actor }),
});
export const installationRequested = defineEvent({
  owner: "scm",
  entity: "installation",
  verb: "requested",
  summary: "A person asked an owner of their organization to install the App.",
  data: z.object({ requester: z.string(), by: actor }),
});
export const installationStateChanged = defineEvent({
  owner: "scm",
  entity: "installation",
  verb: "state-changed",
  summary: "An installation can be used, is suspended, or was removed. Told to its owner, or installation-wide.",
  data: z.object({ ...about, from: installationState.nullable(), to: installationState }),
});
export const installationPermissionsChanged = defineEvent({
  owner: "scm",
  entity: "installation",
  verb: "permissions-changed",
  summary: "What the App may do in an installation is different now.",
  data: z.object({ ...about, permissions: z.record(z.string(), z.string()) }),
});
export const installationRepositoriesChanged = defineEvent({
  owner: "scm",
  entity: "installation",
  verb: "repositories-changed",
  summary: "An installation reaches other repositories now; `added` and `removed` name at most 100 each.",
  data: z.object({ ...about, added: names, removed: names, addedCount: z.int(), removedCount: z.int() }),
});
