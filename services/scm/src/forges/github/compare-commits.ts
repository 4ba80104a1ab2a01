import { z } from "zod";
import type { CallContext } from "../forge.ts";
import type { GithubClient } from "./github-client.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Place } from "./place.ts";

interface Comparing {
  readonly client: GithubClient;
  readonly place: Place;
  /** A branch or a commit. */
  readonly base: string;
  readonly head: string;
  readonly context: CallContext;
}

/** How many commits of `head` are not in `base`; null when GitHub does not know both. Throws `ScmError`. */
export async function readCommits({
  client,
  place,
  base,
  head,
  context,
}: Comparing): Promise<{ ahead: number } | null> {
  const operation = "compare commits";
  const answer = await client.rest({
    operation,
    route: "GET /repos/{owner}/{repo}/compare/{basehead}",
    // One commit a page: only the counts are of interest.
    parameters: { owner: place.owner, repo: place.name, basehead: `${base}...${head}`, per_page: 1 },
    answers: [404],
    access: place.access,
    context,
  });
  if (answer.status === 404) return null;
  return { ahead: parseAnswer(z.object({ ahead_by: z.number() }), answer.data, { operation }).ahead_by };
}
