import { roleOf, type GitlabState } from "../gitlab-state.ts";
import type { MergeRequest, Person, Project, Token } from "../types.ts";

/** One call of the API, by somebody who is known. */
export interface RestCall {
  readonly state: GitlabState;
  readonly token: Token;
  /** Parts of the path by the template's names, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RestAnswer {
  readonly status: number;
  /** JSON; a string is sent as text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is cut instead. */
  readonly cut?: boolean;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/projects/:id/merge_requests/:iid`. */
  readonly template: string;
  answer(call: RestCall): RestAnswer | Promise<RestAnswer>;
}

/** An answer that ends a call at once; thrown by whatever finds the reason. */
export class RestRefusal extends Error {
  override readonly name = "RestRefusal";
  readonly answer: RestAnswer;
  constructor(status: number, message: unknown) {
    super(typeof message === "string" ? message : JSON.stringify(message));
    this.answer = { status, body: { message } };
  }
}

/** A parameter as text, of the body or of the query; undefined when it is not there. */
export function text({ body, query }: RestCall, name: string): string | undefined {
  const value = body[name] ?? query.get(name);
  return value === null || value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value);
}

/** A parameter that has to be there: GitLab's words when it is not. */
export function needed(call: RestCall, name: string): string {
  const value = text(call, name);
  if (value === undefined) throw new RestRefusal(400, `${name} is missing`);
  return value;
}

export function flag(call: RestCall, name: string): boolean {
  return text(call, name) === "true";
}

/** The project of the path, by id or full path, if its caller can see it. */
export function projectOf({ state, token, path }: RestCall): Project {
  const { id = "" } = path;
  const project = state.projects.find((one) => String(one.id) === id || one.path === id);
  const reaches = project !== undefined && (token.project === null || token.project === project.id);
  if (project === undefined || !reaches || roleOf(project, token.person) === 0)
    throw new RestRefusal(404, "404 Project Not Found");
  return project;
}

/** The project, if its caller has at least this role there. */
export function projectAs(call: RestCall, role: number): Project {
  const project = projectOf(call);
  if (roleOf(project, call.token.person) < role) throw new RestRefusal(403, "403 Forbidden");
  return project;
}

export interface RequestCall {
  readonly project: Project;
  readonly request: MergeRequest;
  readonly by: Person;
}

/** The merge request of the path, if its caller can see it. */
export function requestOf(call: RestCall): RequestCall {
  const project = projectOf(call);
  const request = project.mergeRequests.find((one) => String(one.iid) === call.path["iid"]);
  if (request === undefined) throw new RestRefusal(404, "404 Not found");
  return { project, request, by: call.token.person };
}

/** One page of a list, with GitLab's headers. */
export function paged({ query }: RestCall, all: readonly unknown[]): RestAnswer {
  const size = Math.min(Number(query.get("per_page") ?? 20), 100);
  const page = Number(query.get("page") ?? 1);
  const pages = Math.max(1, Math.ceil(all.length / size));
  return {
    status: 200,
    body: all.slice((page - 1) * size, page * size),
    headers: {
      "x-page": String(page),
      "x-per-page": String(size),
      "x-next-page": page < pages ? String(page + 1) : "",
      "x-total": String(all.length),
      "x-total-pages": String(pages),
    },
  };
}
