import { z } from "zod";
import { ScmError, type PullWords, type ReviewDraft, type StatusReport } from "../forge.ts";
import { noteShape, userShape, type GitlabNote } from "./gitlab-shapes.ts";
import { requestPath, type PullPlace } from "./place.ts";
import { readState } from "./read-request.ts";

/** What GitLab takes for the mark of a draft at the beginning of a title (docs: draft merge requests). */
const draftMark = /^\s*(?:\[draft\]|\(draft\)|draft:)\s*/i;

/** A title says whether the merge request is a draft, and has no other place for it. */
export function titled(title: string, draft: boolean): string {
  const plain = title.replace(draftMark, "");
  return draft ? `Draft: ${plain}` : plain;
}

/** The merge request is a draft, or ready; one that is so already, or has ended, is left alone. */
export async function setDraft(at: PullPlace, draft: boolean): Promise<void> {
  const { title, draft: is, state } = await readState(at);
  if (is !== draft && state === "opened") await update(at, "set draft", { title: titled(title, draft) });
}

/** Title and description are these; what is not given stays, and a draft stays one. */
export async function editRequest(at: PullPlace, { title, body }: PullWords): Promise<void> {
  if (title === undefined && body === undefined) return;
  const { draft } = await readState(at);
  await update(at, "edit merge request", {
    ...(title === undefined ? {} : { title: titled(title, draft) }),
    ...(body === undefined ? {} : { description: body }),
  });
}

/** The merge request is closed, and says why. One that has ended is left alone. */
export async function closeRequest(at: PullPlace, reason: string): Promise<void> {
  if ((await readState(at)).state !== "opened") return;
  // The note first: one that was closed without it would never get it.
  if (reason !== "" && (await ownNotes(at)).every((note) => note.body !== reason)) await say(at, reason);
  await update(at, "close merge request", { state_event: "close" });
}

const verdicts: Readonly<Record<ReviewDraft["verdict"], string>> = {
  approve: "found nothing to object to",
  request_changes: "asks for changes",
  comment: "says",
};

/**
 * The review is on the merge request, as a note that names its author, verdict and commit. It is never an approval of the user whose
 * token we have: that would count as a person's (scm §0.12).
 */
export async function addReview(at: PullPlace, { id, reviewer, verdict, body, commit }: ReviewDraft): Promise<void> {
  const mark = `<!-- gastown review ${id} -->`;
  if ((await ownNotes(at)).some((note) => note.body.includes(mark))) return;
  const words = `**${reviewer}** ${verdicts[verdict]} (${commit.slice(0, 10)})${body === "" ? "." : `:\n\n${body}`}`;
  await say(at, `${words}\n\n${mark}`);
}

const statusMark = "<!-- gastown status -->";
const marks: Readonly<Record<StatusReport["state"], string>> = { success: "✅", pending: "⏳", failure: "❌" };

/**
 * Our one note says this of the head. Not a commit status: GitLab makes those part of the head's pipeline, so that a pending one
 * would keep it from being merged, and a green one would stand for a pipeline that never ran.
 */
export async function reportStatus(at: PullPlace, { head, state, title, summary }: StatusReport): Promise<void> {
  const words = [`${marks[state]} **${title}** (${head.slice(0, 10)})`, summary, statusMark].filter(
    (part) => part !== "",
  );
  const body = words.join("\n\n");
  const known = (await ownNotes(at)).find((note) => note.body.includes(statusMark));
  if (known === undefined) return say(at, body);
  if (known.body === body) return;
  await at.client.send({
    operation: "edit note",
    method: "PUT",
    path: requestPath(at, "notes", String(known.id)),
    body: { body },
    signal: at.signal,
  });
}

/** These people are reviewers; who has reviewed before is asked again. Throws `ScmError("invalid")` for who is not there. */
export async function requestReview(at: PullPlace, usernames: readonly string[]): Promise<void> {
  const asked = await Promise.all(usernames.map((username) => findUser(at, username)));
  const { reviewers } = await readState(at);
  const fresh = asked.filter(({ id }) => reviewers.every((reviewer) => reviewer.id !== id));
  if (fresh.length > 0)
    await update(at, "request review", { reviewer_ids: [...reviewers, ...fresh].map((one) => one.id) });
  if (fresh.length < asked.length)
    await askAgain(
      at,
      asked.filter((one) => !fresh.includes(one)),
    );
}

type User = z.infer<typeof userShape>;

async function findUser({ client, signal }: PullPlace, username: string): Promise<User> {
  const request = { operation: "find user", path: ["users"], query: { username }, signal };
  const [user] = await client.read(request, userShape.array());
  if (user === undefined) throw new ScmError("invalid", `GitLab has no user ${username}; reviewers are user names`);
  return user;
}

const reviewed = z.object({ user: userShape, state: z.string() });

/** Only a quick action asks somebody again (docs: quick actions, `/request_review`). */
async function askAgain(at: PullPlace, asked: readonly User[]): Promise<void> {
  const path = requestPath(at, "reviewers");
  const { items } = await at.client.list({ operation: "list reviewers", path, signal: at.signal }, reviewed);
  const done = items.filter(({ state, user }) => state !== "unreviewed" && asked.some(({ id }) => id === user.id));
  for (const { user } of done) await say(at, `/request_review @${user.username}`);
}

async function ownNotes(at: PullPlace): Promise<GitlabNote[]> {
  const request = {
    operation: "list notes",
    path: requestPath(at, "notes"),
    query: { sort: "asc" },
    signal: at.signal,
  };
  const [{ items }, self] = await Promise.all([at.client.list(request, noteShape), at.self()]);
  return items.filter((note) => note.author.id === self && !note.system);
}

async function say(at: PullPlace, body: string): Promise<void> {
  const { client, signal } = at;
  await client.send({ operation: "add note", method: "POST", path: requestPath(at, "notes"), body: { body }, signal });
}

async function update(at: PullPlace, operation: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  await at.client.send({ operation, method: "PUT", path: requestPath(at), body, signal: at.signal });
}
