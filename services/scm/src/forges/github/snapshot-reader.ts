import { createHash } from "node:crypto";
import type { Snapshot } from "../../domain/snapshot.ts";
import { ScmError, type CallContext, type Reading } from "../forge.ts";
import { noRules, type BranchRules } from "./branch-rules.ts";
import { createWorkflowWatch, type WorkflowWatch } from "./workflow-watch.ts";
import type { GithubClient } from "./github-client.ts";
import { mapPull } from "./map-pull.ts";
import type { Place, Places } from "./place.ts";
import type { PullAnswer } from "./pull-answer.ts";
import { mostPullsAQuery } from "./queries/pull-query.ts";
import { readMoreChecks, readMoreThreads } from "./read-more.ts";
import { readPulls, type PullsRead } from "./read-pulls.ts";
import type { RuleBook } from "./rule-book.ts";

export interface SnapshotReader {
  /** One reading for each number, in their order. Throws `ScmError` when the repository itself cannot be read. */
  read(place: Place, numbers: readonly number[], context: CallContext): Promise<readonly Reading[]>;
}

interface Sources {
  readonly client: GithubClient;
  readonly rules: RuleBook;
  readonly places: Places;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export function createSnapshotReader(sources: Sources): SnapshotReader {
  const workflows = createWorkflowWatch();
  return {
    read: async (given, numbers, context) => {
      const readings: Reading[] = [];
      let place = given;
      for (let from = 0; from < numbers.length; from += mostPullsAQuery) {
        const some = numbers.slice(from, from + mostPullsAQuery);
        const at = new Date(sources.clock()).toISOString();
        const found = await readPulls(sources.client, { place, numbers: some }, context);
        place = sources.places.renamed(place, found.repository.nameWithOwner);
        for (const [index, number] of some.entries())
          readings.push(
            await readingOf({ ...sources, workflows, place, found, at, context }, number, found.pulls[index]),
          );
      }
      return readings;
    },
  };
}

interface Batch extends Sources {
  readonly workflows: WorkflowWatch;
  readonly place: Place;
  readonly found: PullsRead;
  readonly at: string;
  readonly context: CallContext;
}

async function readingOf(batch: Batch, number: number, pull: PullAnswer | ScmError | undefined): Promise<Reading> {
  if (pull === undefined) return { number, error: new ScmError("unavailable", `pull request ${number} was not read`) };
  if (pull instanceof ScmError) return { number, error: pull };
  try {
    return { number, snapshot: await complete(batch, pull) };
  } catch (error) {
    // A limit, or a lost access, is about all of them.
    if (!(error instanceof ScmError) || error.kind === "rate" || error.kind === "denied") throw error;
    return { number, error };
  }
}

/** What did not fit into the one query, where it is needed: of an open pull request only. */
async function complete(batch: Batch, pull: PullAnswer): Promise<Snapshot> {
  const { place, found, context } = batch;
  const open = pull.state === "OPEN";
  const order = { client: batch.client, place, number: pull.number, actions: found.actions, context };
  const checks = await readMoreChecks(order, pull, open ? undefined : 1);
  const threads = await readMoreThreads(order, pull, open ? undefined : 1);
  const rules: BranchRules = open ? await batch.rules.rulesOf(place, pull.baseRefName, context) : noRules;
  const permissions = permissionsOf(found);
  const touchesWorkflows = open && !permissions.workflows && (await batch.workflows.touches(order, pull));
  const repo = `${place.rig.town}/${place.rig.rig}`;
  const { repository } = found;
  const rawHash = createHash("sha256")
    .update(JSON.stringify([repository, pull, checks, threads, rules]))
    .digest("hex");
  return mapPull({
    repo,
    pull,
    repository,
    checks,
    threads,
    rules,
    permissions,
    touchesWorkflows,
    readAt: batch.at,
    rawHash,
  });
}

const writers: ReadonlySet<string | null> = new Set(["WRITE", "MAINTAIN", "ADMIN"]);

/** What the token that will merge may do: GitHub tells it with an installation's token; a person's is told by role and scopes. */
function permissionsOf({ permissions, repository, headers }: PullsRead): Snapshot["permissions"] {
  if (permissions !== null)
    return { contents: permissions["contents"] === "write", workflows: permissions["workflows"] === "write" };
  const scopes = String(headers["x-oauth-scopes"] ?? "");
  // Fine-grained tokens tell no scopes; what they lack is then seen when GitHub refuses.
  const workflows = scopes === "" || scopes.split(",").some((scope) => scope.trim() === "workflow");
  return { contents: writers.has(repository.viewerPermission), workflows };
}
