import type { CallContext } from "../forge.ts";
import type { GithubClient } from "./github-client.ts";
import type { CheckReading } from "./map-checks.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Place } from "./place.ts";
import {
  moreChecksAnswer,
  moreThreadsAnswer,
  type ContextNode,
  type PullAnswer,
  type ThreadNode,
} from "./pull-answer.ts";
import { moreChecksQuery, moreThreadsQuery } from "./queries/pull-query.ts";

export interface PageOrder {
  readonly client: GithubClient;
  readonly place: Place;
  readonly number: number;
  /** The token may read Actions. */
  readonly actions: boolean;
  readonly context: CallContext;
}

/** A thousand checks, or threads; what is beyond is told as not read. */
const mostPages = 10;

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** All checks of the newest commit, from the first page on. Of one that has ended (`pages` 1) the first page does. */
export async function readMoreChecks(order: PageOrder, pull: PullAnswer, pages = mostPages): Promise<CheckReading> {
  const [newest] = pull.commits.nodes;
  const commit = newest?.commit.oid ?? null;
  const rollup = newest?.commit.statusCheckRollup ?? null;
  if (rollup === null) return { commit, rollup: null, contexts: [], complete: true };
  const contexts: ContextNode[] = [...rollup.contexts.nodes];
  let at: PageInfo = rollup.contexts.pageInfo;
  for (let page = 2; at.hasNextPage && page <= pages; page += 1) {
    const next = await readChecksAfter(order, at.endCursor, commit);
    if (next === null) break;
    contexts.push(...next.nodes);
    at = next.pageInfo;
  }
  return { commit, rollup: rollup.state, contexts, complete: !at.hasNextPage };
}

/** Null: the head has moved between two pages, so that these are the checks of another commit. */
async function readChecksAfter(order: PageOrder, after: string | null, commit: string | null) {
  const operation = "get more checks";
  const { data } = await ask(order, { operation, query: moreChecksQuery, after });
  const [node] = parseAnswer(moreChecksAnswer, data, { operation }).repository.pullRequest.commits.nodes;
  return node?.commit.oid === commit ? (node.commit.statusCheckRollup?.contexts ?? null) : null;
}

interface ThreadReading {
  readonly nodes: readonly ThreadNode[];
  readonly complete: boolean;
}

/** All review threads, from the first page on. */
export async function readMoreThreads(order: PageOrder, pull: PullAnswer, pages = mostPages): Promise<ThreadReading> {
  const operation = "get more threads";
  const nodes: ThreadNode[] = [...pull.reviewThreads.nodes];
  let at: PageInfo = pull.reviewThreads.pageInfo;
  for (let page = 2; at.hasNextPage && page <= pages; page += 1) {
    const { data } = await ask(order, { operation, query: moreThreadsQuery, after: at.endCursor });
    const { reviewThreads } = parseAnswer(moreThreadsAnswer, data, { operation }).repository.pullRequest;
    nodes.push(...reviewThreads.nodes);
    at = reviewThreads.pageInfo;
  }
  return { nodes, complete: !at.hasNextPage };
}

function ask(
  { client, place, number, actions, context }: PageOrder,
  { operation, query, after }: { operation: string; query: string; after: string | null },
) {
  const variables = {
    owner: place.owner,
    name: place.name,
    n0: number,
    after,
    ...(query === moreChecksQuery ? { actions } : {}),
  };
  return client.graphql({ operation, query, variables, access: place.access, context });
}
