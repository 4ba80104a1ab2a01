import { z } from "zod";
import { actor } from "../envelope.ts";
import { beadId, branchName, commitId, messageId, rigId } from "../ids.ts";
import { forgeKind, mergeSettings } from "../merge-settings.ts";
import { defineCommand, defineEvent, defineQuery } from "../message.ts";
import { body, checkView, page, pageOf, prState, pullView, reviewVerdict, title } from "../model.ts";
import { verdict } from "../verdict.ts";

const number = z.int().min(1);

export const registerRepo = defineCommand({
  owner: "scm",
  entity: "repo",
  verb: "register",
  summary:
    "Make a rig's repository usable. The outcome is told to the town as rig.report; again with other settings changes them.",
  data: z.object({
    rig: rigId,
    source: z.string(),
    defaultBranch: branchName.nullable(),
    check: z.string().nullable(),
    requiredApprovals: z.int(),
    forge: forgeKind.default("local"),
    merge: mergeSettings.default({}),
  }),
});
export const openPull = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "open",
  summary: "Open the pull request of a merge-request bead; when it has a live one, that one is told again.",
  data: z.object({
    rig: rigId,
    bead: beadId,
    head: branchName,
    base: branchName,
    title,
    body,
    draft: z.boolean().default(false),
  }),
});
export const createBranch = defineCommand({
  owner: "scm",
  entity: "branch",
  verb: "create",
  summary:
    "Make a branch at the tip of the rig's default branch; one that is there is left as it is. Told to the town as branch.report.",
  data: z.object({ rig: rigId, branch: branchName }),
});
export const openUnownedPull = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "propose",
  summary:
    "Open a pull request from a branch a person pushed; no bead follows it until it is adopted. Result: { number }.",
  data: z.object({
    rig: rigId,
    head: branchName,
    /** Absent: the default branch. */
    base: branchName.optional(),
    title,
    body: body.default(""),
    draft: z.boolean().default(false),
  }),
});
export const followPull = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "follow",
  summary:
    "Tell the town about an open pull request under this merge-request bead from now on; what cannot be followed is told as pr.refuse.",
  data: z.object({ rig: rigId, number, bead: beadId }),
});
export const forgetTown = defineCommand({
  owner: "scm",
  entity: "town",
  verb: "forget",
  summary: "A town was deleted: its pull requests are closed, its repositories and credentials removed.",
  data: z.object({ rigs: z.array(rigId).nullable().default(null) }),
});
export const mergePull = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "merge",
  summary: "Merge, if the gate says ready for exactly this head. What became of it is told as pr.report.",
  data: z.object({ rig: rigId, number, bead: beadId, expectedHead: commitId }),
});
export const closePull = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "close",
  summary: "Close without merging.",
  data: z.object({ rig: rigId, number, reason: z.string() }),
});
export const releasePull = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "release",
  summary:
    "The bead of a pull request is gone: nothing more is told under it, and with `close` the pull request is closed, also one that is only being opened.",
  data: z.object({ rig: rigId, bead: beadId, close: z.boolean(), reason: z.string() }),
});
export const reviewPull = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "review",
  summary:
    "Put a review on a pull request's head. Approvals of agents are recorded but never count as required ones (scm §1.3: the App pushes, people approve).",
  data: z.object({
    rig: rigId,
    number,
    reviewer: actor,
    verdict: reviewVerdict,
    body: z.string().max(20_000).default(""),
    /** Refused as stale when the head is another. */ expectedHead: commitId.optional(),
  }),
});
export const setDraft = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "draft",
  summary: "Make a pull request a draft, or ready.",
  data: z.object({ rig: rigId, number, draft: z.boolean() }),
});

const pull = { bead: beadId.nullable(), rig: rigId, number };
export const repoRegistered = defineEvent({
  owner: "scm",
  entity: "repo",
  verb: "registered",
  summary: "A rig's repository can be used.",
  data: z.object({ rig: rigId, defaultBranch: branchName, head: commitId }),
});
export const pullOpened = defineEvent({
  owner: "scm",
  entity: "pr",
  verb: "opened",
  summary: "A pull request was opened.",
  data: z.object({ ...pull, head: branchName, base: branchName, headCommit: commitId, title: z.string() }),
});
export const pullStateChanged = defineEvent({
  owner: "scm",
  entity: "pr",
  verb: "state-changed",
  summary: "A pull request's derived state changed.",
  data: z.object({ ...pull, from: prState.nullable(), to: prState, causes: z.array(z.string()), headCommit: commitId }),
});
export const pullReviewed = defineEvent({
  owner: "scm",
  entity: "pr",
  verb: "reviewed",
  summary: "A review was given.",
  data: z.object({ ...pull, reviewer: actor, verdict: reviewVerdict, commit: commitId }),
});
export const pullMerged = defineEvent({
  owner: "scm",
  entity: "pr",
  verb: "merged",
  summary: "A pull request was merged.",
  data: z.object({ ...pull, headCommit: commitId, mergeCommit: commitId, base: branchName }),
});
export const pullClosed = defineEvent({
  owner: "scm",
  entity: "pr",
  verb: "closed",
  summary: "A pull request was closed without merging.",
  data: z.object({ ...pull, reason: z.string() }),
});
export const mergeRefused = defineEvent({
  owner: "scm",
  entity: "pr",
  verb: "merge-refused",
  summary: "A merge was not done; the gate or the repository said no.",
  data: z.object({ ...pull, expectedHead: commitId, state: prState, message: z.string() }),
});
export const checkStarted = defineEvent({
  owner: "scm",
  entity: "check",
  verb: "started",
  summary: "A check runs on a head.",
  data: z.object({ ...pull, name: z.string(), commit: commitId }),
});
export const checkCompleted = defineEvent({
  owner: "scm",
  entity: "check",
  verb: "completed",
  summary: "A check ended.",
  data: z.object({ ...pull, name: z.string(), commit: commitId, state: checkView.shape.state, durationMs: z.int() }),
});

export const listPulls = defineQuery({
  owner: "scm",
  entity: "pr",
  verb: "list",
  summary: "Pull requests, newest first.",
  data: z.object({ ...page, rig: rigId.optional(), state: z.array(prState).optional() }),
  reply: pageOf(pullView),
});
export const getPull = defineQuery({
  owner: "scm",
  entity: "pr",
  verb: "get",
  summary: "One pull request.",
  data: z.object({ rig: rigId, number }),
  reply: pullView,
});
export const repoCredential = defineQuery({
  owner: "scm",
  entity: "repo",
  verb: "credential",
  summary:
    "Where to clone a rig from and push to, with a credential for that one repository that ends by itself. Asked by container hosts.",
  data: z.object({ rig: rigId, agent: beadId }),
  reply: z.object({ url: z.string(), username: z.string(), password: z.string(), expiresAt: z.iso.datetime() }),
});
export const getScmVerdict = defineQuery({
  owner: "scm",
  entity: "command",
  verb: "get",
  summary: "The verdict of a command, from the inbox; null while it has none.",
  data: z.object({ command: messageId }),
  reply: z.object({ verdict: verdict.nullable() }),
});
