import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Caller, Json, JsonObject } from "../ports.ts";
import { RepositoryMoved } from "../rest/rest-access.ts";
import { matchRoute } from "../rest/rest-router.ts";
import type { RestAnswer, RestRequest, RestRoute } from "../rest/rest-types.ts";
import { WorldRefusal } from "../world/world-refusal.ts";
import { bodyText, type ApiAnswer } from "./api-answer.ts";
import { readBody } from "./api-request.ts";
import { Asking } from "./asking.ts";
import type { DoubleParts } from "./double-parts.ts";
import { gate } from "./gate.ts";
import { callerKey, type RateState } from "./rate-meter.ts";

interface Asked {
  readonly parts: DoubleParts;
  readonly request: IncomingMessage;
  readonly caller: Caller;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The version that took `merge_commit_sha` and `assignee` from pull requests (scm §1.11 [I]), and the one before. */
const versions = ["2022-11-28", "2026-03-10"];

/** Answers one request under `/api/v3`, and logs it. */
export async function answerRest(parts: DoubleParts, request: IncomingMessage, url: URL): Promise<ApiAnswer> {
  const path = url.pathname.slice("/api/v3".length);
  const caller = parts.auth.identify(request.headers.authorization);
  const asked: Asked = { parts, request, caller, path, query: url.searchParams };
  const method = request.method ?? "GET";
  const matched = matchRoute(method, byName(parts, path));
  const name = `${method} ${matched?.route.template ?? path}`;
  let body: JsonObject = {};
  let answer: RestAnswer;
  try {
    body = await readBody(request);
    answer = gate({ kind: "rest", name, faults: parts.faults }) ?? (await judged(asked, matched, body));
  } catch (error) {
    answer = refusal(parts, error);
  }
  const { rate } = parts;
  const final = conditional(
    request,
    answer,
    (points) => rate.spend(caller, "core", points) ?? rate.view(caller, "core"),
  );
  log(asked, { name, mutation: matched?.route.mutation ?? false, body, answer: final });
  return final;
}

async function judged(asked: Asked, matched: ReturnType<typeof matchRoute>, body: JsonObject): Promise<RestAnswer> {
  const { parts, request, caller, path, query } = asked;
  const refused = firstRefusal(asked);
  if (refused !== null) return refused;
  if (matched === null) throw new WorldRefusal(404, "Not Found");
  const asking = new Asking({ world: parts.world, auth: parts.auth, caller });
  const { faults, deliveries, rate } = parts;
  const rest: RestRequest = { asking, faults, deliveries, rate, params: matched.params, query, body, path };
  const answer = await matched.route.handle(rest);
  return request.headers["x-github-api-version"] === versions[1]
    ? { ...answer, body: withoutDropped(answer.body) }
    : answer;
}

/** What is refused before anything is looked at. */
function firstRefusal({ parts, request, caller }: Asked): RestAnswer | null {
  if (request.headers["user-agent"] === undefined) {
    return {
      status: 403,
      body: {
        message: "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
      },
    };
  }
  const version = request.headers["x-github-api-version"];
  if (version !== undefined && !versions.includes(String(version))) {
    return { status: 400, body: { message: `The "${String(version)}" version of the API is not supported.` } };
  }
  if (caller.kind === "refused") return { status: caller.status, body: { message: caller.message } };
  if (parts.rate.view(caller, "core").remaining > 0) return null;
  return { status: 403, body: { message: `API rate limit exceeded for ${callerKey(caller)}.` } };
}

/** ETags of good answers to GET; one that has not changed is 304 and free (scm §1.10 [D]). */
function conditional(request: IncomingMessage, answer: RestAnswer, spend: (points: number) => RateState): ApiAnswer {
  if (request.method !== "GET" || answer.status !== 200)
    return { ...answer, headers: { ...rateHeaders(spend(1)), ...answer.headers } };
  const etag = `W/"${createHash("sha256").update(bodyText(answer.body)).digest("hex")}"`;
  const same = request.headers["if-none-match"]?.split(/,\s*/).includes(etag) ?? false;
  const headers = { etag, ...rateHeaders(spend(same ? 0 : 1)), ...answer.headers };
  return same ? { status: 304, body: null, headers } : { ...answer, headers };
}

/** The headers every answer has. */
export function rateHeaders({ limit, remaining, used, resetAt }: RateState, resource = "core"): Record<string, string> {
  return {
    "x-ratelimit-limit": `${limit}`,
    "x-ratelimit-remaining": `${remaining}`,
    "x-ratelimit-used": `${used}`,
    "x-ratelimit-reset": `${Math.ceil(resetAt / 1_000)}`,
    "x-ratelimit-resource": resource,
  };
}

function refusal(parts: DoubleParts, error: unknown): RestAnswer {
  if (error instanceof RepositoryMoved) {
    const url = `${parts.world.core.json.urls.api}/repositories/${error.repository.id}`;
    return { status: 301, body: { message: "Moved Permanently", url }, headers: { location: url } };
  }
  if (error instanceof WorldRefusal) {
    const { status, message, details } = error;
    const errors = details.length === 0 ? {} : { errors: details.map((detail): JsonObject => ({ ...detail })) };
    return {
      status,
      body: { message, ...errors, documentation_url: "https://docs.github.com/rest", status: `${status}` },
    };
  }
  parts.defect(error);
  return { status: 500, body: { message: `A defect of the GitHub double: ${String(error)}` } };
}

/** `/repositories/{id}` is the repository of that id, whatever it is called now. */
function byName({ world }: DoubleParts, path: string): string {
  const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = id === undefined ? null : world.repositories.byId(Number(id));
  return repository === null ? path : `/repos/${repository.owner}/${repository.name}${rest}`;
}

const dropped = new Set(["merge_commit_sha", "assignee"]);
function withoutDropped(body: Json): Json {
  if (Array.isArray(body)) return body.map(withoutDropped);
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !dropped.has(name)));
}

function log(
  { parts, request, caller, path, query }: Asked,
  {
    name,
    mutation,
    body,
    answer,
  }: { name: string; mutation: RestRoute["mutation"]; body: JsonObject; answer: ApiAnswer },
): void {
  const { status } = answer;
  const { message = null } =
    typeof answer.body === "object" && !Array.isArray(answer.body) ? ((answer.body ?? {}) as JsonObject) : {};
  parts.log.add({
    at: parts.now(),
    kind: "rest",
    route: name,
    mutation,
    key: `${request.method ?? "GET"} ${path}?${query.toString()} ${JSON.stringify(body)}`,
    status,
    error: status >= 400 && typeof message === "string" ? message : null,
    installation: caller.kind === "installation" ? caller.installation : null,
    caller: callerKey(caller),
    cost: status === 304 ? 0 : 1,
  });
}
