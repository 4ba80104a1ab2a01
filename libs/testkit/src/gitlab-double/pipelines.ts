import type { GitlabState } from "./gitlab-state.ts";
import { pipelineBody } from "./hooks/hook-bodies.ts";
import { runAutoMerge } from "./merging.ts";
import type { Job, JobStatus, Pipeline, Project } from "./types.ts";

export interface JobWish {
  readonly name: string;
  readonly status: JobStatus;
  readonly allowFailure?: boolean;
  readonly external?: boolean;
  readonly description?: string | null;
  readonly trace?: string;
}

interface Place {
  readonly project: Project;
  readonly sha: string;
  /** Absent: the commit it runs on is the head itself. */
  readonly head?: string;
  readonly ref: string;
}

/** The job of this name is in this state, in a pipeline of the commit; hooks tell of it, and auto-merges go on. */
export async function setJob(state: GitlabState, place: Place, wish: JobWish): Promise<Job> {
  const { project } = place;
  const pipeline = pipelineFor(state, place);
  const known = pipeline.jobs.find((job) => job.name === wish.name);
  const job = known ?? newJob(state, wish);
  if (known === undefined) pipeline.jobs.push(job);
  job.status = wish.status;
  job.trace = wish.trace ?? job.trace;
  job.description = wish.description ?? job.description;
  state.emit({ project, kind: "pipeline", body: () => pipelineBody(state, { project, pipeline }) });
  for (const request of project.mergeRequests.filter((one) => one.sha === pipeline.head))
    await runAutoMerge(state, { project, request });
  return job;
}

function pipelineFor(state: GitlabState, { project, sha, head = sha, ref }: Place): Pipeline {
  const known = project.pipelines.findLast((pipeline) => pipeline.sha === sha);
  if (known !== undefined) return known;
  const made: Pipeline = { id: state.newId(), sha, head, ref, jobs: [], createdAt: state.now() };
  project.pipelines.push(made);
  return made;
}

function newJob(state: GitlabState, wish: JobWish): Job {
  const { name, status, allowFailure = false, external = false } = wish;
  return { id: state.newId(), name, status, allowFailure, external, description: null, trace: "" };
}
