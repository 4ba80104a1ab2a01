import { parseAnswer } from "./parse-answer.ts";
import { changedFilesAnswer, type PullAnswer } from "./pull-answer.ts";
import { changedFilesQuery } from "./queries/pull-query.ts";
import type { PageOrder } from "./read-more.ts";

export interface WorkflowWatch {
  /** Whether a pull request changes files that only who has the workflows permission may merge. */
  touches(order: PageOrder, pull: PullAnswer): Promise<boolean>;
}

const workflowFolder = ".github/workflows/";
/** GitHub lists 3,000 changed files at most. */
const mostPages = 30;
const mostKept = 5_000;

/** Asks for the changed files once for each head and base, and only when somebody wants to know. */
export function createWorkflowWatch(): WorkflowWatch {
  const kept = new Map<string, boolean>();
  return {
    touches: async (order, pull) => {
      const key = JSON.stringify([order.place.remoteId, pull.number, pull.headRefOid, pull.baseRefName]);
      const known = kept.get(key);
      if (known !== undefined) return known;
      const found = await anyWorkflow(order);
      if (kept.size >= mostKept) kept.clear();
      kept.set(key, found);
      return found;
    },
  };
}

async function anyWorkflow({ client, place, number, context }: PageOrder): Promise<boolean> {
  const operation = "get changed files";
  let after: string | null = null;
  for (let page = 1; page <= mostPages; page += 1) {
    const variables = { owner: place.owner, name: place.name, n0: number, after };
    const answer = await client.graphql({
      operation,
      query: changedFilesQuery,
      variables,
      access: place.access,
      context,
    });
    const { files } = parseAnswer(changedFilesAnswer, answer.data, { operation }).repository.pullRequest;
    if (files.nodes.some((file) => file.path.startsWith(workflowFolder))) return true;
    if (!files.pageInfo.hasNextPage) return false;
    after = files.pageInfo.endCursor;
  }
  // Not all could be read: what is not known is not merged.
  return true;
}
