import { z } from "zod";
import type { CallContext, StatusReport } from "../forge.ts";
import type { GithubClient } from "./github-client.ts";
import { ownCheckName } from "./own-check.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Place } from "./place.ts";

export interface StatusReporter {
  /** Our explaining check on this head says this. Said twice, it is sent once. */
  report(place: Place, status: StatusReport, context: CallContext): Promise<void>;
}

interface Kept {
  /** Null for a commit status, which has no number to change it by. */
  readonly run: number | null;
  readonly said: string;
}

const mostKept = 5_000;
/** GitHub's limits for a check's summary and a status's description. */
const longest = { summary: 65_000, description: 140 };

interface Report {
  readonly place: Place;
  readonly status: StatusReport;
  readonly context: CallContext;
}

/** An App has check runs; a person has commit statuses only. */
export function createStatusReporter(client: GithubClient): StatusReporter {
  const kept = new Map<string, Kept>();
  return {
    report: async (place, status, context) => {
      const key = `${place.remoteId}:${status.head}`;
      const said = JSON.stringify([status.state, status.title, status.summary]);
      const known = kept.get(key);
      if (known?.said === said) return;
      const order = { place, status, context };
      const run =
        place.access.installation === null
          ? await setStatus(client, order)
          : await setRun(client, order, known?.run ?? null);
      if (kept.size >= mostKept) kept.clear();
      kept.set(key, { run, said });
    },
  };
}

const operation = "report status";

async function setRun(client: GithubClient, order: Report, known: number | null): Promise<number> {
  const { place, status, context } = order;
  const id = known ?? (await findRun(client, order));
  const { data } = await client.rest({
    operation,
    route:
      id === null ? "POST /repos/{owner}/{repo}/check-runs" : "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
    parameters: {
      owner: place.owner,
      repo: place.name,
      ...(id === null ? { head_sha: status.head } : { check_run_id: id }),
      name: ownCheckName,
      status: "completed",
      // Neutral holds nothing up, also where somebody made this check a required one: else it would wait for itself (scm §1.4).
      conclusion: status.state === "success" ? "success" : "neutral",
      output: { title: status.title, summary: status.summary.slice(0, longest.summary) },
    },
    mutates: true,
    access: place.access,
    context,
  });
  return parseAnswer(z.object({ id: z.number() }), data, { operation, mutates: true }).id;
}

/** The one we made before we were started anew. */
async function findRun(client: GithubClient, { place, status, context }: Report): Promise<number | null> {
  const { data } = await client.rest({
    operation: "find status",
    route: "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
    parameters: { owner: place.owner, repo: place.name, ref: status.head, check_name: ownCheckName, filter: "latest" },
    access: place.access,
    context,
  });
  const found = z.object({ check_runs: z.array(z.object({ id: z.number(), name: z.string() })) });
  const { check_runs: runs } = parseAnswer(found, data, { operation: "find status" });
  return runs.find((run) => run.name === ownCheckName)?.id ?? null;
}

/** The newest status of a context counts, so that there is nothing to find. */
async function setStatus(client: GithubClient, { place, status, context }: Report): Promise<null> {
  await client.rest({
    operation,
    route: "POST /repos/{owner}/{repo}/statuses/{sha}",
    parameters: {
      owner: place.owner,
      repo: place.name,
      sha: status.head,
      context: ownCheckName,
      state: status.state === "success" ? "success" : "pending",
      description: status.title.slice(0, longest.description),
    },
    mutates: true,
    access: place.access,
    context,
  });
  return null;
}
