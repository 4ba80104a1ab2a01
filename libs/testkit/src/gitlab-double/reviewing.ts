import { createHash } from "node:crypto";
import type { GitlabState } from "./gitlab-state.ts";
import { mergeRequestBody, noteBody } from "./hooks/hook-bodies.ts";
import type { Discussion, MergeRequest, Note, NotePosition, Person, Project, ReviewerState } from "./types.ts";

interface Act {
  readonly project: Project;
  readonly request: MergeRequest;
  readonly by: Person;
}

/** The person approves what is there now. False: this person may not, or has done so. */
export function approve(state: GitlabState, { project, request, by }: Act): boolean {
  if (by === request.author || request.approvals.has(by)) return false;
  request.approvals.set(by, state.now());
  setReviewerState(state, { project, request, by }, "approved");
  systemNote(state, { project, request, by }, "approved this merge request");
  emit(state, { project, request, by }, "approved");
  return true;
}

export function unapprove(state: GitlabState, act: Act): boolean {
  if (!act.request.approvals.delete(act.by)) return false;
  setReviewerState(state, act, "unapproved");
  systemNote(state, act, "unapproved this merge request");
  emit(state, act, "unapproved");
  return true;
}

/** "Request changes" at the end of a review: an approval of the same person is over with it. */
export function requestChanges(state: GitlabState, act: Act): void {
  act.request.approvals.delete(act.by);
  setReviewerState(state, act, "requested_changes");
  systemNote(state, act, "requested changes");
  emit(state, act, "update");
}

/** Who reviews is a reviewer from then on. */
function setReviewerState(state: GitlabState, { request, by }: Act, to: ReviewerState): void {
  const known = request.reviewers.find((reviewer) => reviewer.person === by);
  if (known !== undefined) known.state = to;
  else request.reviewers.push({ person: by, state: to, createdAt: state.now() });
  request.updatedAt = state.now();
}

interface NoteWish {
  readonly body: string;
  readonly position?: NotePosition | null;
  /** In this one; null: it begins one. */
  readonly discussion: Discussion | null;
  /** It begins one that can be resolved. */
  readonly thread: boolean;
}

/** Words of a person, in a discussion of their own or in one that is there. */
export function addNote(state: GitlabState, act: Act, wish: NoteWish): { discussion: Discussion; note: Note } {
  const { request, by } = act;
  const asked = quickAction(wish.body);
  if (asked !== null) {
    const reviewer = request.reviewers.find(({ person }) => person.username === asked);
    if (reviewer !== undefined) reviewer.state = "unreviewed";
  }
  const resolvable = wish.thread || (wish.discussion !== null && !wish.discussion.individual);
  const note: Note = {
    id: state.newId(),
    author: by,
    body: wish.body,
    system: false,
    resolvable,
    resolved: false,
    createdAt: state.now(),
    updatedAt: state.now(),
    position: wish.position ?? null,
  };
  const discussion = wish.discussion ?? { id: discussionId(note.id), individual: !wish.thread, notes: [] };
  if (wish.discussion === null) request.discussions.push(discussion);
  discussion.notes.push(note);
  request.updatedAt = state.now();
  state.emit({ project: act.project, kind: "note", body: () => noteBody(state, { ...act, note, discussion }) });
  return { discussion, note };
}

/** `/request_review @name` (docs: quick actions); the only one that is known here. */
function quickAction(body: string): string | null {
  return /^\/request_review @(\S+)\s*$/.exec(body)?.[1] ?? null;
}

export function resolve(
  state: GitlabState,
  { act, discussion, to }: { act: Act; discussion: Discussion; to: boolean },
): void {
  for (const note of discussion.notes.filter((one) => one.resolvable)) note.resolved = to;
  act.request.updatedAt = state.now();
  emit(state, act, "update");
}

function systemNote(state: GitlabState, { request, by }: Act, body: string): void {
  const note: Note = {
    id: state.newId(),
    author: by,
    body,
    system: true,
    resolvable: false,
    resolved: false,
    position: null,
    createdAt: state.now(),
    updatedAt: state.now(),
  };
  request.discussions.push({ id: discussionId(note.id), individual: true, notes: [note] });
}

function emit(state: GitlabState, act: Act, action: string): void {
  state.emit({ project: act.project, kind: "merge_requests", body: () => mergeRequestBody(state, { ...act, action }) });
}

function discussionId(seed: number): string {
  return createHash("sha1").update(`discussion ${seed}`).digest("hex");
}
