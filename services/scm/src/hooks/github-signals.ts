import { z } from "zod";
import { githubAccess } from "./github-access.ts";
import * as payload from "./github-payload.ts";
import { branchOf, InvalidHookError, signalOf, type HookReading } from "./hook-reading.ts";
import type { Signal } from "./signal.ts";

export interface GithubReadingOptions {
  /** Our App's id, as text: what our own checks report is no news to us (scm §1.4). Null without an App. */
  readonly ownApp: string | null;
}

type Said = Pick<Signal, "kind"> & Partial<Pick<Signal, "pull" | "sha" | "branch" | "head" | "at">>;
type About = z.infer<typeof payload.widerEvent>;

/** What one event of GitHub says, by the table of scm §3.1. */
interface EventRule {
  readonly schema: z.ZodType<About>;
  signals(data: unknown, options: GithubReadingOptions): Said[];
}

function rule<Schema extends z.ZodType<About>>(
  schema: Schema,
  says: (data: z.output<Schema>, options: GithubReadingOptions) => Said[],
): EventRule {
  return { schema, signals: (data, options) => says(data as z.output<Schema>, options) };
}

/** Actions that change nothing a decision reads. One that is new to us is taken for a change. */
const idle = new Set<string | null | undefined>(["assigned", "unassigned", "milestoned", "demilestoned"]);
const queueing = new Set<string | null | undefined>(["enqueued", "dequeued"]);
/** What our own check run tells us that we did; `rerequested` is a person's doing. */
const ownDoing = new Set<string | null | undefined>(["created", "completed"]);

const pull = (kind: Signal["kind"]) =>
  rule(payload.pullEvent, ({ pull_request: { number, head, updated_at: at } }) => [
    { kind, pull: number, head: head.sha, at: at ?? null },
  ]);
const only = (actions: readonly string[], of: EventRule): EventRule => ({
  schema: of.schema,
  signals: (data, options) => (actions.includes((data as About).action ?? "") ? of.signals(data, options) : []),
});
const rules = (schema: z.ZodType<About>) => rule(schema, () => [{ kind: "rule" }]);

interface Ran {
  readonly head_sha: string;
  readonly app?: { readonly id: number } | null | undefined;
  readonly pull_requests: readonly {
    readonly number: number;
    readonly base: { readonly repo: { readonly id: number } };
  }[];
}

/** By commit, as a fork's pull requests are not named; and by number, should the commit be news to us. */
function checked({ head_sha: sha, pull_requests: pulls }: Ran, repo: number): Said[] {
  const named = pulls.filter(({ base }) => base.repo.id === repo).map(({ number }) => ({ pull: number, sha }));
  return [{ sha }, ...named].map((which) => ({ kind: "check", ...which }));
}

function isOwn({ app }: Ran, action: About["action"], { ownApp }: GithubReadingOptions): boolean {
  return app != null && String(app.id) === ownApp && ownDoing.has(action);
}

const events: Readonly<Record<string, EventRule>> = {
  pull_request: rule(payload.pullEvent, ({ action, pull_request: { number, head, updated_at: at } }) =>
    idle.has(action)
      ? []
      : [{ kind: queueing.has(action) ? "queue" : "pr", pull: number, head: head.sha, at: at ?? null }],
  ),
  pull_request_review: pull("review"),
  pull_request_review_thread: pull("thread"),
  pull_request_review_comment: only(["created", "deleted"], pull("thread")),
  check_run: rule(payload.checkRunEvent, ({ action, check_run: run, repository }, options) =>
    isOwn(run, action, options) ? [] : checked(run, repository.id),
  ),
  // `requested` comes with every push to an App that may write checks, and says nothing else.
  check_suite: only(
    ["completed"],
    rule(payload.checkSuiteEvent, ({ action, check_suite: suite, repository }, options) =>
      isOwn(suite, action, options) ? [] : checked(suite, repository.id),
    ),
  ),
  workflow_run: rule(payload.workflowRunEvent, ({ workflow_run: run, repository }) => checked(run, repository.id)),
  status: rule(payload.statusEvent, ({ sha }) => [{ kind: "check", sha }]),
  deployment_status: rule(payload.deploymentStatusEvent, ({ deployment: { sha } }) => [{ kind: "check", sha }]),
  push: rule(payload.pushEvent, ({ ref, after, deleted, commits }) => {
    const branch = branchOf(ref);
    if (branch === null) return [];
    const moved: Said = { kind: "push", branch, head: deleted === true ? null : after };
    // What is left of the commits is those that change code owners.
    return commits.length === 0 ? [moved] : [moved, { kind: "rule" }];
  }),
  // Which pull requests are in the group is not said.
  merge_group: rule(payload.repositoryEvent, () => [{ kind: "queue" }]),
  branch_protection_rule: rules(payload.repositoryEvent),
  branch_protection_configuration: rules(payload.repositoryEvent),
  repository_ruleset: rules(payload.widerEvent),
  // Whose approval counts depends on who may write.
  member: rules(payload.repositoryEvent),
  membership: rules(payload.widerEvent),
  team: rules(payload.widerEvent),
  repository: rule(payload.repositoryEvent, () => [{ kind: "repo" }]),
  installation: rule(payload.installationEvent, () => [{ kind: "access" }]),
  installation_repositories: rule(payload.installationRepositoriesEvent, () => [{ kind: "access" }]),
  installation_target: rule(payload.installationTargetEvent, () => [{ kind: "access" }]),
};

/**
 * What a webhook of GitHub says: pure, and the same for the body that `reduceGithub` keeps of it. An event or action that we do not know
 * says nothing. Throws InvalidHookError when an event that we know has not the form it has always had.
 */
export function readGithub(event: string, data: unknown, options: GithubReadingOptions): HookReading {
  const known = events[event];
  if (known === undefined) return { signals: [], access: [], repoId: null, installation: null };
  const parsed = parse(event, known, data);
  const { repository: repo, installation } = parsed;
  const common = {
    provider: "github",
    repo: { id: repo == null ? null : String(repo.id), name: repo?.full_name ?? null },
    installation: installation == null ? null : String(installation.id),
    action: parsed.action ?? null,
  } as const;
  return {
    signals: known.signals(parsed, options).map((said) => signalOf({ ...common, ...said })),
    access: githubAccess(event, parsed),
    repoId: common.repo.id,
    installation: common.installation,
  };
}

/** The JSON text of what is read of a webhook of GitHub. Throws InvalidHookError like `readGithub`. */
export function reduceGithub(event: string, data: unknown): string {
  const known = events[event];
  return JSON.stringify(known === undefined ? {} : parse(event, known, data));
}

function parse(event: string, { schema }: EventRule, data: unknown): About {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new InvalidHookError(`a ${event} that is none: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}
