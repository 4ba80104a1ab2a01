import { existsSync } from "node:fs";
import { z } from "zod";
import { updateCheckout } from "../git/checkout.ts";
import { writeGitIdentity } from "../git/git-identity.ts";
import { handIn } from "../git/hand-in.ts";
import { recoverWork } from "../git/recover-work.ts";
import { unlockRepository, updateClone, updateRepository } from "../git/repository.ts";
import { rescuedWork, type Rescued } from "../git/rescued.ts";
import type { GitPlace } from "../git/run-git.ts";
import { saveWork } from "../git/save-work.ts";
import { ensureBranchWorktree, ensureReviewWorktree, removeFinishedWorktrees } from "../git/worktree.ts";
import { writeHome } from "../runtime/write-home.ts";
import { packDatabase, unpackDatabase } from "../sessions/pack-database.ts";
import { defineTask, type Task } from "./task.ts";

const nothing = z.null();
const texts = z.array(z.string());

const place = z.object({ cwd: z.string(), env: z.record(z.string(), z.string()), timeoutMs: z.number() });
/** Where git works, as it is told to a task: who does the task is whose place it is. */
type ToldPlace = z.infer<typeof place>;

function placeOf(told: ToldPlace, signal: AbortSignal): GitPlace {
  return { ...told, user: null, signal };
}

/** The same, where work may be pushed since it would have been lost: what was is in `rescued` afterwards. */
function rescuePlace(told: ToldPlace, signal: AbortSignal): { at: GitPlace; rescued: Rescued[] } {
  const rescued: Rescued[] = [];
  return { at: { ...placeOf(told, signal), rescued: (work) => rescued.push(work) }, rescued };
}

const credentials = z.object({ url: z.string(), token: z.string() });
const identity = z.object({ home: z.string(), name: z.string(), email: z.string(), credentials, trusted: texts });

/** What an agent's git finds in its home. */
export const identityTask = defineTask("write-identity", { input: identity, output: nothing }, (input) => {
  writeGitIdentity(input);
  return Promise.resolve(null);
});

const seed = z.object({ folders: texts, files: z.array(z.object({ path: z.string(), text: z.string() })) });

/** What an agent program finds in its home. */
export const homeTask = defineTask("write-home", { input: seed, output: nothing }, (input) => {
  writeHome(input);
  return Promise.resolve(null);
});

const record = z.object({
  pid: z.int().min(2),
  startedAt: z.string(),
  command: z.string(),
  mark: z.string().optional(),
});

/** All of an agent program's processes have ended: only their own user can read which belong to it. */
export const endTask = defineTask(
  "end-group",
  { input: z.object({ record, graceMs: z.number() }), output: nothing },
  async ({ record: group, graceMs }) => {
    // Nobody else needs what comes with it.
    const { killGroup } = await import("@gastown/service");
    await killGroup(group, { graceMs });
    return null;
  },
);

const repository = z.object({ path: z.string(), url: z.string(), defaultBranch: z.string() });
/** What somebody's git works with who does not run just now; `unlock`: no git of this host has worked there yet. */
const errand = z.object({ git: place, identity, unlock: z.boolean() });

/** A rig's store is up to date with the forge. */
export const storeTask = defineTask(
  "update-store",
  { input: errand.extend({ repository }), output: nothing },
  async ({ git, unlock, identity: own, repository: store }, signal) => {
    writeGitIdentity(own);
    if (unlock) unlockRepository(store.path);
    await updateRepository(placeOf(git, signal), store);
    return null;
  },
);

const clone = repository.extend({ store: z.string() });
const withRescued = z.object({ rescued: z.array(rescuedWork) });
const recovered = withRescued.extend({ pushed: texts, problem: z.string().nullable() });

/** What lies in an agent's clone is on the forge; `inUse` names the worktrees that are somebody's at the moment. */
export const recoveryTask = defineTask(
  "recover-work",
  { input: errand.extend({ clone, inUse: texts }), output: recovered },
  async ({ git, identity: own, unlock, clone: repo, inUse }, signal) => {
    const { at, rescued } = rescuePlace(git, signal);
    writeGitIdentity(own);
    if (unlock) unlockRepository(repo.path);
    await updateClone(at, repo);
    return { ...(await recoverWork({ ...at, cwd: repo.path }, (path) => inUse.includes(path))), rescued };
  },
);

const worktree = z.object({ path: z.string(), head: z.string().nullable() });
const branch = z.object({ branch: z.string(), base: z.string() });

/** An agent's clone is up to date, and its worktree is there: on its branch, or at the `head` that is to be looked at. */
export const worktreeTask = defineTask(
  "make-worktree",
  {
    input: z.object({ git: place, clone, worktree, branch: branch.extend({ mustExist: z.boolean() }) }),
    output: withRescued,
  },
  async ({ git, clone: repo, worktree: { path, head }, branch: wanted }, signal) => {
    const { at, rescued } = rescuePlace(git, signal);
    await updateClone(at, repo);
    const want = { repository: repo.path, path };
    if (head !== null) await ensureReviewWorktree(at, { ...want, head });
    // It is the agent's own clone, and the agent is about to work here alone.
    else await ensureBranchWorktree(at, { ...want, ...wanted, inUse: () => false });
    await removeFinishedWorktrees(at, repo.path, path);
    return { rescued };
  },
);

const checkout = z.object({ path: z.string(), store: z.string(), branch: z.string() });
const shown = z.object({ head: z.string(), committedAt: z.string(), subject: z.string() });

/** A folder shows a rig's code, for reading. */
export const checkoutTask = defineTask(
  "update-checkout",
  { input: z.object({ git: place, checkout }), output: shown },
  ({ git, checkout: want }, signal) => updateCheckout(placeOf(git, signal), want),
);

const handedIn = z.union([z.object({ head: z.string() }), z.object({ todo: z.string() })]);

/** A polecat's branch is on the forge, or it is told what to do first. */
export const handInTask = defineTask(
  "hand-in",
  { input: z.object({ git: place, work: branch }), output: handedIn },
  ({ git, work }, signal) => handIn(placeOf(git, signal), work),
);

const saved = withRescued.extend({
  committed: z.boolean(),
  pushed: z.boolean(),
  rescue: z.string().nullable(),
  problem: z.string().nullable(),
});

/** What an agent that has ended left in its worktree is on the forge. */
export const saveTask = defineTask(
  "save-work",
  { input: z.object({ git: place, work: branch.extend({ reason: z.string() }) }), output: saved },
  async ({ git, work }, signal) => {
    const { at, rescued } = rescuePlace(git, signal);
    return { ...(await saveWork(at, work)), rescued };
  },
);

const file = z.object({ file: z.string() });

/** Whether a file is there. */
export const existsTask = defineTask("exists", { input: file, output: z.boolean() }, (input) =>
  Promise.resolve(existsSync(input.file)),
);

/** A copy of an agent's sessions, packed, in base64. */
export const packTask = defineTask("pack-sessions", { input: file, output: z.string() }, async (input) =>
  Buffer.from(await packDatabase(input.file)).toString("base64"),
);

const move = z.object({ from: z.string(), directory: z.string() });

/** Packed sessions (base64) stand in the place of those that are there. */
export const unpackTask = defineTask(
  "unpack-sessions",
  { input: file.extend({ packed: z.string(), move }), output: nothing },
  async (input) => {
    await unpackDatabase(input.file, Buffer.from(input.packed, "base64"), input.move);
    return null;
  },
);

/** All of them, for the process that does one. */
export const tasks: readonly Pick<Task<unknown, unknown>, "name" | "runTold">[] = [
  identityTask,
  homeTask,
  endTask,
  storeTask,
  recoveryTask,
  worktreeTask,
  checkoutTask,
  handInTask,
  saveTask,
  existsTask,
  packTask,
  unpackTask,
];
