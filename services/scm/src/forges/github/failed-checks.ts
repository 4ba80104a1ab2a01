import { z } from "zod";
import { ScmError, type FailedCheck } from "../forge.ts";
import { createTail } from "../local/tail.ts";
import { ownCheckName } from "./own-check.ts";
import { parseAnswer } from "./parse-answer.ts";
import { readPullState, type PullPlace } from "./pull-state.ts";

const run = z.object({
  id: z.number(),
  name: z.string(),
  conclusion: z.string().nullable(),
  details_url: z.string().nullish(),
  output: z
    .object({ title: z.string().nullish(), summary: z.string().nullish(), text: z.string().nullish() })
    .nullish(),
  app: z.object({ slug: z.string().nullish() }).nullish(),
});
const runs = z.object({ check_runs: z.array(run) });
const statuses = z.object({
  statuses: z.array(
    z.object({
      id: z.number(),
      context: z.string(),
      state: z.string(),
      description: z.string().nullish(),
      target_url: z.string().nullish(),
    }),
  ),
});

/** REST's words for what `mapChecks` calls red (scm §1.4). */
const redConclusions: ReadonlySet<string | null> = new Set([
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "startup_failure",
  "stale",
]);

const perPage = 100;
const mostPages = 5;
/** Logs are for an agent to read; who failed in more ways than this has enough to begin with. */
const mostLogs = 10;
const excerpt = { lines: 200, characters: 64_000 };
/** A log that is longer is cut here and not at its end; reading on would hold the look up. */
const longestLog = 64 * 1024 * 1024;

/** The checks that failed on the head, each with the end of its log or of what it said, and its link. */
export async function listFailedChecks(at: PullPlace): Promise<FailedCheck[]> {
  const { headRefOid: head } = await readPullState(at);
  const failedRuns = (await readRuns(at, head)).filter(
    (check) => redConclusions.has(check.conclusion) && check.name !== ownCheckName,
  );
  const found: FailedCheck[] = [];
  for (const check of failedRuns) {
    const wanted = found.length < mostLogs && check.app?.slug === "github-actions";
    const log = (wanted ? await readLog(at, check.id) : null) ?? outputOf(check);
    found.push({ id: String(check.id), name: check.name, url: check.details_url ?? null, log });
  }
  return [...found, ...(await readStatuses(at, head))];
}

async function readRuns(at: PullPlace, head: string): Promise<z.infer<typeof run>[]> {
  const found: z.infer<typeof run>[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const data = await read(at, "GET /repos/{owner}/{repo}/commits/{ref}/check-runs", { ref: head, page });
    const { check_runs: some } = parseAnswer(runs, data, { operation });
    found.push(...some);
    if (some.length < perPage) break;
  }
  return found;
}

async function readStatuses(at: PullPlace, head: string): Promise<FailedCheck[]> {
  const data = await read(at, "GET /repos/{owner}/{repo}/commits/{ref}/status", { ref: head });
  return parseAnswer(statuses, data, { operation })
    .statuses.filter(({ state, context }) => (state === "failure" || state === "error") && context !== ownCheckName)
    .map((status) => ({
      id: String(status.id),
      name: status.context,
      url: status.target_url ?? null,
      log: status.description ?? "",
    }));
}

const operation = "list failed checks";

async function read({ client, place, context }: PullPlace, route: string, parameters: Record<string, unknown>) {
  const where = { owner: place.owner, repo: place.name, per_page: perPage };
  const { data } = await client.rest({
    operation,
    route,
    parameters: { ...where, ...parameters },
    access: place.access,
    context,
  });
  return data;
}

/** The end of a job's log; null where there is none, or none for us. The check run of a job has the job's number. */
async function readLog({ client, place, context }: PullPlace, job: number): Promise<string | null> {
  const { status, data } = await client.rest({
    operation: "read log",
    route: "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs",
    parameters: { owner: place.owner, repo: place.name, job_id: job },
    streamed: true,
    answers: [403, 404, 410],
    access: place.access,
    context,
  });
  if (status !== 200 || !(data instanceof ReadableStream)) return null;
  return tailOf(data, context.signal);
}

async function tailOf(stream: ReadableStream, signal: AbortSignal): Promise<string> {
  const tail = createTail(excerpt);
  const decoder = new TextDecoder();
  let length = 0;
  try {
    for await (const chunk of stream) {
      if (!(chunk instanceof Uint8Array)) continue;
      tail.add(decoder.decode(chunk, { stream: true }));
      length += chunk.byteLength;
      if (length > longestLog) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new ScmError("unavailable", "GitHub, read log: the log broke off", { cause: error });
  }
  return tail.text();
}

function outputOf({ output }: z.infer<typeof run>): string {
  const tail = createTail(excerpt);
  const parts = [output?.title, output?.summary, output?.text].filter(
    (part) => part !== null && part !== undefined && part !== "",
  );
  tail.add(parts.join("\n"));
  return tail.text();
}
