import { z } from "zod";

/** What we read of GitLab's webhooks, and nothing else; see `github-payload.ts`. */
const id = z.int();
const project = z.object({ id, path_with_namespace: z.string() });

/** `2026-11-22 08:30:00 UTC` in older versions. */
const time = z
  .string()
  .nullish()
  .transform((text) => {
    const at = new Date(text ?? "");
    return Number.isNaN(at.getTime()) ? null : at.toISOString();
  });
const commit = z.object({ id: z.string() });

const projectEvent = z.object({ project });
export const anyEvent = z.object({
  project: project.nullish(),
  /** Where the project itself is not described: jobs, and the words of system hooks. */
  project_id: id.nullish(),
  path_with_namespace: z.string().nullish(),
  object_kind: z.string().nullish(),
  event_name: z.string().nullish(),
});

export const mergeRequestEvent = projectEvent.extend({
  object_attributes: z.object({
    iid: id,
    action: z.string().nullish(),
    last_commit: commit.nullish(),
    updated_at: time,
  }),
});
export const noteEvent = projectEvent.extend({
  object_attributes: z.object({ action: z.string().nullish() }),
  /** Of notes on commits and issues there is none. */
  merge_request: z.object({ iid: id }).nullish(),
});
export const pipelineEvent = projectEvent.extend({
  object_attributes: z.object({ sha: z.string(), status: z.string().nullish() }),
  merge_request: z.object({ iid: id }).nullish(),
});
export const jobEvent = z.object({
  project_id: id,
  project: project.nullish(),
  sha: z.string(),
  build_status: z.string().nullish(),
});

const ownersFiles: ReadonlySet<string> = new Set(["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"]);
const ownersAmong = z
  .array(z.string())
  .nullish()
  .transform((files) => (files ?? []).filter((file) => ownersFiles.has(file)));
export const pushEvent = projectEvent.extend({
  ref: z.string(),
  after: z.string(),
  commits: z
    .array(z.object({ added: ownersAmong, modified: ownersAmong, removed: ownersAmong }))
    .nullish()
    .transform((commits) =>
      (commits ?? []).filter(({ added, modified, removed }) => added.length + modified.length + removed.length > 0),
    ),
});
