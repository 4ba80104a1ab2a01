import { z } from "zod";
import { ScmError, type CallContext } from "../forge.ts";
import type { GithubClient } from "./github-client.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Place } from "./place.ts";
import { pullStateQuery } from "./queries/pull-changes.ts";

/** One pull request at GitHub, to be changed. */
export interface PullPlace {
  readonly client: GithubClient;
  readonly place: Place;
  readonly number: number;
  readonly context: CallContext;
}

const state = z.object({
  id: z.string(),
  state: z.string(),
  isDraft: z.boolean(),
  headRefOid: z.string(),
  headRefName: z.string(),
  baseRefName: z.string(),
  isCrossRepository: z.boolean(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  isInMergeQueue: z.boolean(),
  mergeQueueEntry: z.object({ position: z.number() }).nullable(),
  autoMergeRequest: z.object({ mergeMethod: z.string() }).nullable(),
});

type PullState = z.infer<typeof state>;

const answer = z.object({ repository: z.object({ pullRequest: state.nullable() }).nullable() });

/** What has to be known before a change. Throws `ScmError`: `gone` when there is no such pull request. */
export async function readPullState({ client, place, number, context }: PullPlace): Promise<PullState> {
  const operation = "get pull request";
  const variables = { owner: place.owner, name: place.name, number };
  const { data } = await client.graphql({ operation, query: pullStateQuery, variables, access: place.access, context });
  const pull = parseAnswer(answer, data, { operation }).repository?.pullRequest ?? null;
  if (pull === null) throw new ScmError("gone", `there is no pull request ${number} in ${place.owner}/${place.name}`);
  return pull;
}
