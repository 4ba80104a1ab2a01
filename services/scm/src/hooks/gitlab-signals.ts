import { z } from "zod";
import * as payload from "./gitlab-payload.ts";
import { branchOf, InvalidHookError, signalOf, type HookReading } from "./hook-reading.ts";
import type { Signal } from "./signal.ts";

type Said = Pick<Signal, "kind"> & Partial<Pick<Signal, "pull" | "sha" | "branch" | "head" | "at" | "action">>;

/** What one event of GitLab says (scm §3.1 carried over to §8). */
interface EventRule {
  readonly schema: z.ZodType;
  signals(data: unknown): Said[];
}

function rule<Schema extends z.ZodType>(schema: Schema, says: (data: z.output<Schema>) => Said[]): EventRule {
  return { schema, signals: (data) => says(data as z.output<Schema>) };
}

const reviewing = new Set(["approved", "unapproved", "approval", "unapproval"]);

const note = rule(payload.noteEvent, ({ object_attributes: { action }, merge_request: on }) =>
  on == null ? [] : [{ kind: "thread", pull: on.iid, action: action ?? null }],
);
const job = rule(payload.jobEvent, ({ sha, build_status: action }) => [{ kind: "check", sha, action: action ?? null }]);

const events: Readonly<Record<string, EventRule>> = {
  merge_request: rule(payload.mergeRequestEvent, ({ object_attributes: of }) => [
    {
      kind: reviewing.has(of.action ?? "") ? "review" : "pr",
      pull: of.iid,
      head: of.last_commit?.id ?? null,
      at: of.updated_at,
      action: of.action ?? null,
    },
  ]),
  note,
  confidential_note: note,
  pipeline: rule(payload.pipelineEvent, ({ object_attributes: { sha, status: action }, merge_request: of }) => [
    { kind: "check", sha, action: action ?? null },
    ...(of == null ? [] : [{ kind: "check" as const, sha, pull: of.iid, action: action ?? null }]),
  ]),
  job,
  build: job,
  push: rule(payload.pushEvent, ({ ref, after, commits }) => {
    const branch = branchOf(ref);
    if (branch === null) return [];
    const moved: Said = { kind: "push", branch, head: /^0+$/.test(after) ? null : after };
    return commits.length === 0 ? [moved] : [moved, { kind: "rule" }];
  }),
  // Whose approval counts depends on who is a member.
  member: rule(payload.anyEvent, () => [{ kind: "rule" }]),
};

/** System hooks have one name in their header and say in the body what they are about; those of a project that moved are these. */
const moved = new Set(["project_rename", "project_transfer", "project_update", "project_destroy"]);

function ruleOf(event: string, data: unknown): { name: string; rule: EventRule } | null {
  if (event !== "system") return found(event);
  const { object_kind: kind, event_name: name } = parse(event, payload.anyEvent, data);
  if (name != null && moved.has(name))
    return { name, rule: rule(payload.anyEvent, () => [{ kind: "repo", action: name }]) };
  return found(kind ?? name ?? "");
}

function found(name: string): { name: string; rule: EventRule } | null {
  const known = events[name];
  return known === undefined ? null : { name, rule: known };
}

/**
 * What a webhook of GitLab says: pure, and the same for the body that `reduceGitlab` keeps of it. An event that we do not know says
 * nothing. Throws InvalidHookError when an event that we know has not the form it has always had.
 */
export function readGitlab(event: string, data: unknown): HookReading {
  const known = ruleOf(event, data);
  const repo = repoOf(event, data);
  if (known === null) return { signals: [], access: [], repoId: repo.id, installation: null };
  const parsed = parse(known.name, known.rule.schema, data);
  return {
    signals: known.rule.signals(parsed).map((said) => signalOf({ provider: "gitlab", repo, ...said })),
    access: [],
    repoId: repo.id,
    installation: null,
  };
}

/** The JSON text of what is read of a webhook of GitLab. Throws InvalidHookError like `readGitlab`. */
export function reduceGitlab(event: string, data: unknown): string {
  const known = ruleOf(event, data);
  const about = parse(event, payload.anyEvent, data);
  const kept = known === null ? {} : parse(known.name, known.rule.schema, data);
  return JSON.stringify({ ...about, ...(kept as object) });
}

function repoOf(event: string, data: unknown): Signal["repo"] {
  const { project, project_id: id, path_with_namespace: name } = parse(event, payload.anyEvent, data);
  if (project != null) return { id: String(project.id), name: project.path_with_namespace };
  return { id: id == null ? null : String(id), name: name ?? null };
}

function parse<Schema extends z.ZodType>(event: string, schema: Schema, data: unknown): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new InvalidHookError(`a ${event} that is none: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}
