import { setJob } from "../pipelines.ts";
import { roles, type JobStatus } from "../types.ts";
import {
  needed,
  paged,
  projectAs,
  projectOf,
  RestRefusal,
  text,
  type RestAnswer,
  type RestCall,
  type Route,
} from "./rest-call.ts";
import { statusShape } from "./rest-shapes.ts";

/** Jobs of pipelines, statuses of commits, and logs. */
export const pipelineRoutes: readonly Route[] = [
  { method: "GET", template: "/projects/:id/repository/commits/:sha/statuses", answer: statuses },
  { method: "POST", template: "/projects/:id/statuses/:sha", answer: postStatus },
  {
    method: "GET",
    template: "/projects/:id/jobs/:job/trace",
    answer: (call) => {
      const jobs = projectOf(call).pipelines.flatMap((pipeline) => pipeline.jobs);
      const job = jobs.find(({ id, external }) => String(id) === call.path["job"] && !external);
      if (job === undefined) throw new RestRefusal(404, "404 Job Not Found");
      return { status: 200, body: job.trace };
    },
  },
];

/** The latest of each name; those of one pipeline with `pipeline_id`. */
function statuses(call: RestCall): RestAnswer {
  const { state, path } = call;
  const project = projectOf(call);
  const wanted = text(call, "pipeline_id");
  const latest = new Map<string, ReturnType<typeof statusShape>>();
  for (const pipeline of project.pipelines) {
    if (pipeline.sha !== path["sha"] || (wanted !== undefined && String(pipeline.id) !== wanted)) continue;
    for (const job of pipeline.jobs) latest.set(job.name, statusShape(state, { project, pipeline, job }));
  }
  return paged(call, [...latest.values()]);
}

const states: readonly JobStatus[] = ["pending", "running", "success", "failed", "canceled", "skipped"];

/** A status that somebody posts is a part of the commit's pipeline; without one it makes one. */
async function postStatus(call: RestCall): Promise<RestAnswer> {
  const { state, path } = call;
  const project = projectAs(call, roles.developer);
  const sha = path["sha"] ?? "";
  const status = states.find((one) => one === needed(call, "state"));
  if (status === undefined) throw new RestRefusal(400, "state does not have a valid value");
  if ((await project.git.commitOf(sha)) === null) throw new RestRefusal(404, "404 Commit Not Found");
  const name = text(call, "name") ?? "default";
  const ref = text(call, "ref") ?? project.defaultBranch;
  const description = text(call, "description") ?? null;
  const job = await setJob(state, { project, sha, ref }, { name, status, description, external: true });
  const pipeline = project.pipelines.find((one) => one.jobs.includes(job));
  return { status: 201, body: pipeline === undefined ? {} : statusShape(state, { project, pipeline, job }) };
}
