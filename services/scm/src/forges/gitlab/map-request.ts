import { createHash } from "node:crypto";
import type { Snapshot } from "../../domain/snapshot.ts";
import { conflictOf, gateOf, methodsOf, stateOf } from "./gate.ts";
import { mapChecks } from "./map-checks.ts";
import { mapOpinions } from "./map-opinions.ts";
import type { RequestReading } from "./read-request.ts";

/** What was read, in the words every forge shares. */
export function mapRequest(reading: RequestReading, readAt: Date): Snapshot {
  const { request, project, train } = reading;
  const head = request.sha ?? "";
  const checks = checksOf(reading, head);
  const seen: Omit<Snapshot, "readAt" | "rawHash"> = {
    provider: "gitlab",
    repo: project.path_with_namespace,
    number: request.iid,
    url: request.web_url,
    title: request.title,
    body: request.description ?? "",
    state: stateOf(request),
    draft: request.draft,
    head,
    headRef: request.source_branch,
    base: reading.base ?? "",
    baseRef: request.target_branch,
    isFork: request.source_project_id !== request.target_project_id,
    conflict: conflictOf(request),
    conflictFiles: [],
    ...unstableIf(checks.optional.failing.length + checks.optional.pending.length > 0, gateOf(request, project)),
    ...mapOpinions({
      ...reading,
      author: request.author.id,
      notes: reading.discussions.items.flatMap((discussion) => discussion.notes),
    }),
    // GitLab counts code owners' approvals among those that are required.
    codeOwnerPending: false,
    checks,
    threads: threadsOf(reading),
    queue: { required: project.merge_trains_enabled === true, in: train !== null, state: train, position: null },
    autoMerge: request.merge_when_pipeline_succeeds && train === null,
    methods: methodsOf(project),
    stack: null,
    mergeSha: mergeShaOf(reading),
    permissions: { contents: request.user?.can_merge ?? false, workflows: true },
    touchesWorkflows: false,
    updatedAt: request.updated_at ?? null,
  };
  const rawHash = createHash("sha256").update(JSON.stringify(seen)).digest("hex");
  return { ...seen, readAt: readAt.toISOString(), rawHash };
}

function checksOf({ project, pipeline, statuses, external }: RequestReading, head: string): Snapshot["checks"] {
  return mapChecks({ head, project, pipeline, statuses: statuses.items, complete: statuses.complete, external });
}

type GateWord = Pick<Snapshot, "gate" | "gateRaw">;

/** GitLab has no word for "it could be merged, though not all is green". */
function unstableIf(notGreen: boolean, word: GateWord): GateWord {
  return word.gate === "clean" && notGreen ? { ...word, gate: "unstable" } : word;
}

function threadsOf({ project, discussions: { items, complete } }: RequestReading): Snapshot["threads"] {
  const unresolved = items.filter(({ notes }) => notes.some((note) => note.resolvable && !note.resolved)).length;
  return { unresolved, required: project.only_allow_merge_if_all_discussions_are_resolved === true, complete };
}

/** A fast-forward leaves no commit of its own: the head is what the base is at. */
function mergeShaOf({ request }: RequestReading): string | null {
  if (request.state !== "merged") return null;
  return request.merge_commit_sha ?? request.squash_commit_sha ?? request.sha ?? null;
}
