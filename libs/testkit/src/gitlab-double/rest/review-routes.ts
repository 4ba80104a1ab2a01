import { addNote, approve, resolve, unapprove } from "../reviewing.ts";
import { roles, type Discussion, type MergeRequest, type Note, type NotePosition } from "../types.ts";
import {
  needed,
  paged,
  projectAs,
  requestOf,
  RestRefusal,
  text,
  type RestAnswer,
  type RestCall,
  type Route,
} from "./rest-call.ts";
import { approvalsShape, discussionShape, noteShape, userShape } from "./rest-shapes.ts";

const one = "/projects/:id/merge_requests/:iid";

/** Approvals, reviewers, discussions and notes. */
export const reviewRoutes: readonly Route[] = [
  { method: "GET", template: `${one}/approvals`, answer: (call) => ({ status: 200, body: approvals(call) }) },
  { method: "POST", template: `${one}/approve`, answer: giveApproval },
  { method: "POST", template: `${one}/unapprove`, answer: takeApproval },
  { method: "GET", template: `${one}/reviewers`, answer: reviewers },
  { method: "GET", template: `${one}/versions`, answer: versions },
  {
    method: "GET",
    template: `${one}/discussions`,
    answer: (call) => {
      const { request } = requestOf(call);
      return paged(
        call,
        request.discussions.map((discussion) => discussionShape(call.state, discussion)),
      );
    },
  },
  { method: "POST", template: `${one}/discussions`, answer: newThread },
  {
    method: "GET",
    template: `${one}/discussions/:discussion`,
    answer: (call) => ({ status: 200, body: discussionShape(call.state, discussionOf(call, requestOf(call).request)) }),
  },
  { method: "PUT", template: `${one}/discussions/:discussion`, answer: resolveThread },
  { method: "POST", template: `${one}/discussions/:discussion/notes`, answer: reply },
  { method: "GET", template: `${one}/notes`, answer: notes },
  { method: "POST", template: `${one}/notes`, answer: newNote },
  { method: "PUT", template: `${one}/notes/:note`, answer: editNote },
];

function approvals(call: RestCall) {
  return approvalsShape(call.state, requestOf(call));
}

function giveApproval(call: RestCall): RestAnswer {
  projectAs(call, roles.developer);
  const doing = requestOf(call);
  const sha = text(call, "sha");
  if (sha !== undefined && sha !== doing.request.sha)
    throw new RestRefusal(409, `SHA does not match HEAD of source branch: ${doing.request.sha}`);
  if (!approve(call.state, doing)) throw new RestRefusal(401, "401 Unauthorized");
  return { status: 201, body: approvals(call) };
}

function takeApproval(call: RestCall): RestAnswer {
  if (!unapprove(call.state, requestOf(call))) throw new RestRefusal(404, "404 Not Found");
  return { status: 201, body: approvals(call) };
}

function reviewers(call: RestCall): RestAnswer {
  const { request } = requestOf(call);
  const body = request.reviewers.map(({ person, state, createdAt }) => ({
    user: userShape(call.state, person),
    state,
    created_at: new Date(createdAt).toISOString(),
  }));
  return paged(call, body);
}

function versions(call: RestCall): RestAnswer {
  const { request } = requestOf(call);
  const body = request.versions
    .toReversed()
    .map(({ id, head, createdAt }) => ({ id, head_commit_sha: head, created_at: new Date(createdAt).toISOString() }));
  return paged(call, body);
}

function newThread(call: RestCall): RestAnswer {
  const doing = requestOf(call);
  const wish = { body: needed(call, "body"), position: positionOf(call), discussion: null, thread: true };
  const { discussion } = addNote(call.state, doing, wish);
  return { status: 201, body: discussionShape(call.state, discussion) };
}

function positionOf({ body }: RestCall): NotePosition | null {
  const given = body["position"];
  if (typeof given !== "object" || given === null) return null;
  const read = (name: string): unknown => Reflect.get(given, name);
  return {
    baseSha: String(read("base_sha")),
    headSha: String(read("head_sha")),
    path: String(read("new_path")),
    line: Number(read("new_line")),
  };
}

function discussionOf(call: RestCall, { discussions }: MergeRequest): Discussion {
  const found = discussions.find(({ id }) => id === call.path["discussion"]);
  if (found === undefined) throw new RestRefusal(404, "404 Discussion Not Found");
  return found;
}

function resolveThread(call: RestCall): RestAnswer {
  projectAs(call, roles.developer);
  const act = requestOf(call);
  const discussion = discussionOf(call, act.request);
  if (discussion.individual) throw new RestRefusal(400, "Discussion is not resolvable");
  resolve(call.state, { act, discussion, to: needed(call, "resolved") === "true" });
  return { status: 200, body: discussionShape(call.state, discussion) };
}

function reply(call: RestCall): RestAnswer {
  const act = requestOf(call);
  const discussion = discussionOf(call, act.request);
  const { note } = addNote(call.state, act, { body: needed(call, "body"), discussion, thread: false });
  return { status: 201, body: noteShape(call.state, note) };
}

function allNotes({ discussions }: MergeRequest): Note[] {
  return discussions.flatMap((discussion) => discussion.notes);
}

function notes(call: RestCall): RestAnswer {
  const all = allNotes(requestOf(call).request).toSorted((a, b) => a.id - b.id);
  const ordered = text(call, "sort") === "asc" ? all : all.toReversed();
  return paged(
    call,
    ordered.map((note) => noteShape(call.state, note)),
  );
}

function newNote(call: RestCall): RestAnswer {
  const { note } = addNote(call.state, requestOf(call), {
    body: needed(call, "body"),
    discussion: null,
    thread: false,
  });
  return { status: 201, body: noteShape(call.state, note) };
}

function editNote(call: RestCall): RestAnswer {
  const { request, by } = requestOf(call);
  const note = allNotes(request).find(({ id }) => String(id) === call.path["note"]);
  if (note === undefined) throw new RestRefusal(404, "404 Note Not Found");
  if (note.author !== by) throw new RestRefusal(403, "403 Forbidden");
  note.body = needed(call, "body");
  note.updatedAt = call.state.now();
  return { status: 200, body: noteShape(call.state, note) };
}
