import { z } from "zod";
import { commitId, rigId } from "../ids.ts";
import { defineCommand, defineEvent, defineQuery } from "../message.ts";
import { body, prState, threadView, title } from "../model.ts";

// What is done to a pull request on its forge besides opening, reviewing and merging it.

const number = z.int().min(1);
const pull = { rig: rigId, number };
const thread = z.string().min(1).max(200);

export const editPull = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "edit",
  summary: "Change a pull request's title or body on its forge; what is not given stays.",
  data: z.object({ ...pull, title: title.optional(), body: body.optional() }),
});
export const requestPullReview = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "request-review",
  summary: "Ask people of the forge, by their names there, for their review.",
  data: z.object({ ...pull, reviewers: z.array(z.string().min(1).max(100)).min(1).max(15) }),
});
export const replyToThread = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "reply-thread",
  summary: "Answer in a review thread, once for each command.",
  data: z.object({ ...pull, thread, body: z.string().trim().min(1).max(20_000) }),
});
export const resolveThread = defineCommand({
  owner: "scm",
  entity: "pr",
  verb: "resolve-thread",
  summary: "Mark a review thread as resolved.",
  data: z.object({ ...pull, thread }),
});

export const pullWaiting = defineEvent({
  owner: "scm",
  entity: "pr",
  verb: "waiting",
  summary:
    "A pull request waits for long: for checks over an hour, blocked over ten minutes, for approval each day again. For people; nothing is counted.",
  data: z.object({
    bead: z.string().nullable(),
    ...pull,
    state: prState,
    cause: z.string(),
    headCommit: commitId,
    waitedMs: z.int(),
  }),
});

export const listThreads = defineQuery({
  owner: "scm",
  entity: "pr",
  verb: "threads",
  summary: "The review threads of a pull request, oldest first, as the forge has them now.",
  data: z.object(pull),
  reply: z.object({ items: z.array(threadView) }),
});
export const findPull = defineQuery({
  owner: "scm",
  entity: "pr",
  verb: "find",
  summary:
    "Which pull request of which rig is meant, by its URL or its number, and whether a bead can follow it; where it is not known here its forge is asked.",
  data: z.object({
    /** Its URL, or its number with a rig. */
    pull: z.string().min(1).max(2_000),
    rig: rigId.optional(),
  }),
  reply: z.object({
    ...pull,
    /** Why no bead can follow it; null when one can. */
    refusal: z.object({ code: z.string(), reason: z.string() }).nullable(),
  }),
});
