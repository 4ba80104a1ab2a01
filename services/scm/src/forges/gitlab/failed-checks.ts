import { stripVTControlCharacters } from "node:util";
import { ScmError, type FailedCheck } from "../forge.ts";
import { createTail } from "../local/tail.ts";
import type { GitlabStatus } from "./gitlab-shapes.ts";
import type { PullPlace } from "./place.ts";
import { readPipeline, readState, readStatuses } from "./read-request.ts";

const red: ReadonlySet<string> = new Set(["failed", "canceled"]);
const excerpt = { lines: 200, characters: 64_000 };
/** Logs are for an agent to read; who failed in more ways than this has enough to begin with. */
const mostLogs = 10;

/** The jobs of the head's pipeline that failed, each with the end of its log; what others posted has none. */
export async function listFailedChecks(at: PullPlace): Promise<FailedCheck[]> {
  const pipeline = await readPipeline(at, await readState(at));
  if (pipeline === null) return [];
  const { items } = await readStatuses(at, pipeline);
  const found: FailedCheck[] = [];
  for (const job of items.filter(({ status }) => red.has(status))) {
    const log = found.length < mostLogs ? await readLog(at, job) : "";
    found.push({
      id: String(job.id),
      name: job.name,
      url: job.target_url ?? null,
      log: log || (job.description ?? ""),
    });
  }
  return found;
}

/** GitLab's marks for folding sections of a log (docs: job logs). */
const sectionMark = /section_(?:start|end):\d+:[\w.-]+(?:\[[^\]]*\])?\r?/g;

async function readLog({ client, project, signal }: PullPlace, { id }: GitlabStatus): Promise<string> {
  const tail = createTail(excerpt);
  const path = ["projects", project, "jobs", id, "trace"];
  const request = { operation: "get job log", path, signal, answers: [404] };
  try {
    const { status } = await client.stream(request, (text) => tail.add(text));
    return status === 200 ? stripVTControlCharacters(tail.text()).replaceAll(sectionMark, "") : "";
  } catch (error) {
    // A token may see that a job failed and not its log.
    if (error instanceof ScmError && error.kind === "denied") return "";
    throw error;
  }
}
