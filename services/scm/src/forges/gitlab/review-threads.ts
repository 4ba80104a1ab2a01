import type { ReviewThread } from "../forge.ts";
import { discussionShape, type GitlabDiscussion, type GitlabNote } from "./gitlab-shapes.ts";
import { requestPath, type PullPlace } from "./place.ts";
import { readDiscussions, readState } from "./read-request.ts";

/** All discussions that can be resolved, oldest first, with all their notes. */
export async function listThreads(at: PullPlace): Promise<ReviewThread[]> {
  const [request, { items }, self] = await Promise.all([readState(at), readDiscussions(at), at.self()]);
  const seen = { head: request.sha ?? "", page: request.web_url, self };
  return items.filter(isThread).map((discussion) => toThread(discussion, seen));
}

function isThread({ notes }: GitlabDiscussion): boolean {
  return notes.some((note) => note.resolvable);
}

interface Seen {
  readonly head: string;
  readonly page: string;
  readonly self: number;
}

function toThread({ id, notes }: GitlabDiscussion, { head, page, self }: Seen): ReviewThread {
  return {
    id,
    resolved: notes.every((note) => !note.resolvable || note.resolved),
    ...placeOf(notes[0]?.position ?? null, head),
    comments: notes.filter((note) => !note.system).map((note) => toComment(note, page, self)),
  };
}

/** GitLab moves a note along with its lines; one whose lines have changed stays on the head it was written on. */
function placeOf(position: GitlabNote["position"], head: string): Pick<ReviewThread, "outdated" | "file" | "line"> {
  if (position === null || position === undefined) return { outdated: false, file: null, line: null };
  const { head_sha: on, new_path: path, old_path: oldPath, new_line: line, old_line: oldLine } = position;
  return {
    outdated: typeof on === "string" && on !== head,
    file: path ?? oldPath ?? null,
    line: line ?? oldLine ?? null,
  };
}

function toComment({ id, author, body }: GitlabNote, page: string, self: number): ReviewThread["comments"][number] {
  return { author: author.username, bot: author.id === self, body, url: `${page}#note_${id}` };
}

/** The last word in the thread is this; said twice it is there once. Throws `ScmError` gone when there is no such thread. */
export async function replyThread(at: PullPlace, thread: string, body: string): Promise<void> {
  const [{ notes }, self] = await Promise.all([readThread(at, thread), at.self()]);
  const last = notes.at(-1);
  if (last?.author.id === self && last.body === body) return;
  await at.client.send({
    operation: "reply to thread",
    method: "POST",
    path: requestPath(at, "discussions", thread, "notes"),
    body: { body },
    signal: at.signal,
  });
}

export async function resolveThread(at: PullPlace, thread: string): Promise<void> {
  await at.client.send({
    operation: "resolve thread",
    method: "PUT",
    path: requestPath(at, "discussions", thread),
    body: { resolved: true },
    signal: at.signal,
  });
}

function readThread(at: PullPlace, thread: string): Promise<GitlabDiscussion> {
  const path = requestPath(at, "discussions", thread);
  return at.client.read({ operation: "get thread", path, signal: at.signal }, discussionShape);
}
