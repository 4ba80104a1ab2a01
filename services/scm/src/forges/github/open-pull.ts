import { z } from "zod";
import { ScmError, type CallContext, type OpenOutcome, type PullDraft } from "../forge.ts";
import { readCommits } from "./compare-commits.ts";
import { fitText } from "./fit-text.ts";
import type { GithubClient } from "./github-client.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Place } from "./place.ts";
import { branchesQuery } from "./queries/pull-changes.ts";
import { messageOf } from "./said.ts";

interface Opening {
  readonly client: GithubClient;
  readonly place: Place;
  readonly draft: PullDraft;
  readonly context: CallContext;
}

const branch = z.object({ target: z.object({ oid: z.string() }).nullable() }).nullable();

const answer = z.object({
  repository: z.object({
    head: branch,
    base: branch,
    pullRequests: z.object({ nodes: z.array(z.object({ number: z.number(), isCrossRepository: z.boolean() })) }),
  }),
});

/**
 * There is an open pull request of this head and base: the one there was, or a new one. What cannot be opened is told by what is
 * read of the branches, not by GitHub's words.
 */
export async function openPull(opening: Opening): Promise<OpenOutcome> {
  const { client, place, draft, context } = opening;
  const before = await look(opening);
  if (before.outcome !== null) return before.outcome;
  const operation = "open pull request";
  const { head, base, title, body } = draft;
  const opened = await client.rest({
    operation,
    route: "POST /repos/{owner}/{repo}/pulls",
    parameters: {
      owner: place.owner,
      repo: place.name,
      head,
      base,
      title: fitText(title, "title"),
      body: fitText(body, "body"),
      draft: draft.draft,
    },
    mutates: true,
    answers: [422],
    access: place.access,
    context,
  });
  if (opened.status !== 422) {
    const { number } = parseAnswer(z.object({ number: z.number() }), opened.data, { operation, mutates: true });
    return { outcome: "opened", number };
  }
  const after = await look(opening);
  if (after.outcome !== null) return after.outcome;
  const compared = await readCommits({ client, place, base, head, context });
  if (compared?.ahead === 0) return { outcome: "nothing_to_merge" };
  throw new ScmError(
    "invalid",
    `GitHub does not open a pull request of ${head} into ${base}: ${messageOf(opened.data)}`,
  );
}

/** What is there already, or cannot be; null when it can be opened. */
async function look({ client, place, draft, context }: Opening): Promise<{ outcome: OpenOutcome | null }> {
  const operation = "find pull request";
  const { head, base } = draft;
  const { data } = await client.graphql({
    operation,
    query: branchesQuery,
    variables: {
      owner: place.owner,
      name: place.name,
      head,
      base,
      headRef: `refs/heads/${head}`,
      baseRef: `refs/heads/${base}`,
    },
    access: place.access,
    context,
  });
  const { repository } = parseAnswer(answer, data, { operation });
  const open = repository.pullRequests.nodes.find((pull) => !pull.isCrossRepository);
  if (open !== undefined) return { outcome: { outcome: "opened", number: open.number } };
  const missing = repository.head === null ? head : repository.base === null ? base : null;
  return { outcome: missing === null ? null : { outcome: "missing", branch: missing } };
}
