import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { GitlabState } from "../gitlab-state.ts";
import { tokenOf } from "../tokens.ts";
import type { GitlabCall, Token } from "../types.ts";
import { branchRoutes } from "./branch-routes.ts";
import { hookRoutes } from "./hook-routes.ts";
import { pipelineRoutes } from "./pipeline-routes.ts";
import { projectRoutes } from "./project-routes.ts";
import { requestRoutes } from "./request-routes.ts";
import { RestRefusal, type RestAnswer, type Route } from "./rest-call.ts";
import { reviewRoutes } from "./review-routes.ts";

const routes: readonly Route[] = [
  ...projectRoutes,
  ...branchRoutes,
  ...requestRoutes,
  ...reviewRoutes,
  ...pipelineRoutes,
  ...hookRoutes,
];

export interface Exchange {
  readonly state: GitlabState;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  log(call: Omit<GitlabCall, "at">): void;
}

/** Answers one call of REST v4 as GitLab would, and logs it. */
export async function answerRest(exchange: Exchange): Promise<void> {
  const { state, request, response, url } = exchange;
  const token = tokenOf(state, {
    private: request.headers["private-token"]?.toString(),
    authorization: request.headers.authorization,
  });
  const found = routeOf(request.method ?? "", url.pathname.slice("/api/v4".length));
  const route = found === null ? `${request.method} ?` : `${found.route.method} ${found.route.template}`;
  const answer = await answerOf(exchange, { token, found, name: route });
  const mutation = request.method !== "GET";
  exchange.log({ route, mutation, status: answer.status, caller: token?.person.username ?? null });
  if (answer.cut === true) response.destroy();
  else send(response, answer);
}

interface Found {
  readonly route: Route;
  readonly path: Record<string, string>;
}

interface Asked {
  readonly token: Token | null;
  readonly found: Found | null;
  readonly name: string;
}

async function answerOf(exchange: Exchange, { token, found, name }: Asked): Promise<RestAnswer> {
  const { state, request, url } = exchange;
  if (token === null) return { status: 401, body: { message: "401 Unauthorized" } };
  const trouble = faultOf(state, name);
  if (trouble !== null) return trouble;
  if (!mayCall(token, request.method ?? "")) return insufficientScope;
  if (found === null) return { status: 404, body: { error: "404 Not Found" } };
  const call = { state, token, path: found.path, query: url.searchParams, body: await bodyOf(exchange) };
  try {
    return await found.route.answer(call);
  } catch (error) {
    if (error instanceof RestRefusal) return error.answer;
    throw error;
  }
}

async function bodyOf({ request }: Exchange): Promise<Record<string, unknown>> {
  const sent = request.headers["content-type"]?.startsWith("application/json") ?? false;
  const words = sent ? await text(request) : "";
  return words === "" ? {} : (JSON.parse(words) as Record<string, unknown>);
}

const insufficientScope: RestAnswer = {
  status: 403,
  body: {
    error: "insufficient_scope",
    error_description: "The request requires higher privileges than provided by the access token.",
  },
};

function mayCall({ scopes }: Token, method: string): boolean {
  return scopes.includes("api") || (method === "GET" && scopes.includes("read_api"));
}

function faultOf(state: GitlabState, name: string): RestAnswer | null {
  const { faults } = state;
  const { limit, failures } = faults;
  if (limit !== null && limit.times > 0) {
    limit.times -= 1;
    const seconds = limit.retryAfterSeconds;
    const reset = String(Math.ceil(state.now() / 1000) + seconds);
    const headers = { "retry-after": String(seconds), "ratelimit-remaining": "0", "ratelimit-reset": reset };
    return { status: 429, body: "Retry later\n", headers };
  }
  if (failures === null || failures.times <= 0 || !name.includes(failures.route ?? "")) return null;
  failures.times -= 1;
  return { status: failures.status, body: { message: `${failures.status} by a fault switch` } };
}

function routeOf(method: string, pathname: string): Found | null {
  const parts = pathname.split("/").slice(1).map(decodeURIComponent);
  for (const route of routes.filter((one) => one.method === method)) {
    const names = route.template.split("/").slice(1);
    if (names.length !== parts.length) continue;
    if (names.every((name, i) => name.startsWith(":") || name === parts[i])) {
      const path = names.flatMap((name, i): [string, string][] =>
        name.startsWith(":") ? [[name.slice(1), parts[i] ?? ""]] : [],
      );
      return { route, path: Object.fromEntries(path) };
    }
  }
  return null;
}

function send(response: ServerResponse, { status, body, headers }: RestAnswer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const plain = typeof body === "string";
  response
    .writeHead(status, { "content-type": plain ? "text/plain" : "application/json", ...headers })
    .end(plain ? body : JSON.stringify(body));
}
