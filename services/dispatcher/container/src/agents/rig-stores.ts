import { randomBytes } from "node:crypto";
import { createMutex } from "@gastown/service";
import { gitEnvironment } from "../git/git-identity.ts";
import type { StatePaths } from "../state-paths.ts";
import type { TownLink } from "../town-link.ts";
import { giveFolder } from "../users/give-folder.ts";
import { runTask } from "../users/run-task.ts";
import { storeTask } from "../users/tasks.ts";
import type { Users } from "../users/users.ts";
import type { Access } from "./access.ts";
import type { AgentRun } from "./agent-run.ts";

/** A rig as far as git goes. */
export interface GitRig {
  readonly rig: string;
  readonly defaultBranch: string;
}

/** Something that is done with a rig's repository for a run. */
export interface Errand {
  readonly run: AgentRun;
  readonly rig: GitRig;
  /** Of use for the rig's repository and for nothing else, until the errand is over. */
  readonly token: string;
}

/** Whose home git works with. */
interface Who {
  home: string;
  name: string;
  email: string;
  trusted: string[];
}

interface RigStoreOptions {
  paths: StatePaths;
  town: Pick<TownLink, "credential">;
  users: Users;
  /** Where git of an agent that does not run asks for credentials, and who may. */
  errands: Access<Errand>;
  /** Known once the host's local services are up. */
  credentialUrl: () => string;
  gitMs: number;
}

/** As the tasks are told it; `unlock`: no git of this host has worked there yet. */
interface ErrandGit {
  git: { cwd: string; env: Record<string, string>; timeoutMs: number };
  identity: Who & { credentials: { url: string; token: string } };
  unlock: boolean;
}

/** What this host has of the forge: a store a rig. */
export interface RigStores {
  /** Does something while nobody else on this host does anything with the rig's repository. */
  quiet<T>(rig: string, work: () => Promise<T>): Promise<T>;
  /** Does something in the rig for the run. Nobody else on this host does anything with its repository meanwhile. */
  alone<T>(about: Omit<Errand, "token">, work: (errand: Errand) => Promise<T>): Promise<T>;
  /** Where the forge has the rig. Throws when it cannot be used. */
  url(errand: Errand): Promise<string>;
  /** The rig's store is as the forge is now. */
  update(errand: Errand, url: string): Promise<void>;
  /** What somebody's git works with who does not run just now: it may do what is needed for the errand, and no more. */
  gitFor(errand: Errand, who: Who, cwd: string): ErrandGit;
}

/** A rig's agents may look into its store. */
const ofGroup = 0o750;

/** No git of this host has worked anywhere yet. */
export function createRigStores(options: RigStoreOptions): RigStores {
  const { paths, town, users, errands, credentialUrl, gitMs } = options;
  const rigs = createMutex();
  const seen = new Set<string>();

  /** Nobody has worked there yet since this host began: what is locked there was left by a git that was killed. */
  function unlock(path: string): boolean {
    const first = !seen.has(path);
    seen.add(path);
    return first;
  }
  const stores: RigStores = {
    quiet: (rig, work) => rigs.withKey(rig, work),
    alone: (about, work) =>
      stores.quiet(about.rig.rig, async () => {
        const errand = { ...about, token: randomBytes(32).toString("base64url") };
        errands.grant(errand);
        try {
          return await work(errand);
        } finally {
          errands.revoke(errand);
        }
      }),
    url: async ({ run, rig }) => (await town.credential(rig.rig, run.job.agent)).url,
    async update(errand, url) {
      const { rig, defaultBranch } = errand.rig;
      const { folder, home, repository } = paths.store(rig);
      const user = users.store(rig);
      await giveFolder(folder, user, ofGroup);
      const who = { home, name: "gastown", email: "gastown@localhost", trusted: [] };
      const input = { ...stores.gitFor(errand, who, folder), repository: { path: repository, url, defaultBranch } };
      await runTask({ user, signal: errand.run.stop.signal }, storeTask, input);
    },
    gitFor({ run, token: own }, who, cwd) {
      const token = who.home === run.home ? run.token : own;
      return {
        git: { cwd, env: { ...run.env, ...gitEnvironment(who) }, timeoutMs: gitMs },
        identity: { ...who, credentials: { url: credentialUrl(), token } },
        unlock: unlock(cwd),
      };
    },
  };
  return stores;
}
