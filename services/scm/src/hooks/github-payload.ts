import { z } from "zod";

/**
 * What we read of GitHub's webhooks, and nothing else: a payload too large for the bus is reduced to what these schemas keep. The fields
 * are those that all published examples have; what may be absent is optional here.
 */
const id = z.int();
const repository = z.object({ id, full_name: z.string() });
/** A GitHub App's webhooks have one; those of a repository's own webhook have none. */
const installationRef = z.object({ id }).nullish();
const envelope = z.object({ action: z.string().nullish(), installation: installationRef });

/** About one repository. */
export const repositoryEvent = envelope.extend({ repository });
/** About one repository, or an organisation. */
export const widerEvent = envelope.extend({ repository: repository.nullish() });

export const pullEvent = repositoryEvent.extend({
  pull_request: z.object({ number: id, updated_at: z.string().nullish(), head: z.object({ sha: z.string() }) }),
});

/** Pull requests of other repositories can be among them: a fork's commit is the head of one in its parent. */
const pullRefs = z
  .array(z.object({ number: id, base: z.object({ repo: z.object({ id }) }) }))
  .nullish()
  .transform((pulls) => pulls ?? []);
const ran = z.object({ head_sha: z.string(), app: z.object({ id }).nullish(), pull_requests: pullRefs });

export const checkRunEvent = repositoryEvent.extend({ check_run: ran });
export const checkSuiteEvent = repositoryEvent.extend({ check_suite: ran });
export const workflowRunEvent = repositoryEvent.extend({ workflow_run: ran });
export const statusEvent = repositoryEvent.extend({ sha: z.string() });
export const deploymentStatusEvent = repositoryEvent.extend({ deployment: z.object({ sha: z.string() }) });

/** Where GitHub looks for code owners. Of the changed files only these are kept. */
const ownersFiles: ReadonlySet<string> = new Set(["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"]);
const ownersAmong = z
  .array(z.string())
  .nullish()
  .transform((files) => (files ?? []).filter((file) => ownersFiles.has(file)));
const changedOwners = z
  .array(z.object({ added: ownersAmong, modified: ownersAmong, removed: ownersAmong }))
  .nullish()
  .transform((commits) =>
    (commits ?? []).filter(({ added, modified, removed }) => added.length + modified.length + removed.length > 0),
  );
export const pushEvent = repositoryEvent.extend({
  ref: z.string(),
  after: z.string(),
  deleted: z.boolean().nullish(),
  commits: changedOwners,
});

const who = z.object({ id, login: z.string() });
/** An enterprise has a slug in the place of a login. */
const account = z.object({ id, login: z.string().nullish(), slug: z.string().nullish(), type: z.string().nullish() });
const repositories = z
  .array(z.object({ id, full_name: z.string() }))
  .max(10_000)
  .nullish()
  .transform((list) => list ?? []);
/** Older payloads have seconds since 1970 here. */
const time = z
  .union([z.string(), z.number().transform((seconds) => new Date(seconds * 1_000).toISOString())])
  .nullish()
  .transform((at) => at ?? null);

const access = z.object({
  action: z.string(),
  sender: who.nullish(),
  requester: who.nullish(),
  installation: z.object({
    id,
    account: account.nullish(),
    permissions: z.record(z.string(), z.string()).nullish(),
    repository_selection: z.string().nullish(),
    suspended_at: z.string().nullish(),
    updated_at: time,
  }),
});
export const installationEvent = access.extend({ repositories });
export const installationRepositoriesEvent = access.extend({
  repository_selection: z.string().nullish(),
  repositories_added: repositories,
  repositories_removed: repositories,
});
export const installationTargetEvent = access.extend({ account: account.nullish() });
