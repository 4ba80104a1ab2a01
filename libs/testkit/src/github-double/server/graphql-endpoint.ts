import type { IncomingMessage } from "node:http";
import { answerGraphql, type GraphqlAnswer } from "../graphql/answer-graphql.ts";
import { describeQuery } from "../graphql/prepared-query.ts";
import type { Caller, JsonObject } from "../ports.ts";
import { WorldRefusal } from "../world/world-refusal.ts";
import type { ApiAnswer } from "./api-answer.ts";
import { readBody } from "./api-request.ts";
import { Asking } from "./asking.ts";
import type { DoubleParts } from "./double-parts.ts";
import { gate } from "./gate.ts";
import { callerKey } from "./rate-meter.ts";
import { rateHeaders } from "./rest-endpoint.ts";

/** Answers `POST /api/graphql`, and logs it. There are no ETags here (scm §1.10 [I]). */
export async function answerGraphqlRequest(parts: DoubleParts, request: IncomingMessage): Promise<ApiAnswer> {
  const caller = parts.auth.identify(request.headers.authorization);
  let body: JsonObject = {};
  let answer: Answered;
  try {
    body = await readBody(request);
    answer = await judged(parts, caller, body);
  } catch (error) {
    answer = refusal(parts, error);
  }
  log(parts, { caller, body, answer });
  const { status } = answer;
  const headers = { ...rateHeaders(parts.rate.view(caller, "graphql"), "graphql"), ...answer.headers };
  return { status, body: answer.body, headers };
}

type Answered = GraphqlAnswer & { readonly headers: Readonly<Record<string, string>> };

async function judged(parts: DoubleParts, caller: Caller, body: JsonObject): Promise<Answered> {
  if (caller.kind === "refused") return plain(caller.status, { message: caller.message });
  if (caller.kind === "anonymous")
    return plain(403, { message: "API rate limit exceeded. Authenticate to get a higher one." });
  if (caller.kind === "app") return plain(401, { message: "Bad credentials" });
  const { faults, rate } = parts;
  const { query, operationName } = body;
  const named = describeQuery(
    typeof query === "string" ? query : "",
    typeof operationName === "string" ? operationName : undefined,
  );
  const broken = gate({ kind: "graphql", name: named.name, faults });
  if (broken !== null) return { ...plain(broken.status, broken.body as JsonObject), ...named, headers: broken.headers };
  const asking = new Asking({ world: parts.world, auth: parts.auth, caller });
  const spend = (cost: number, nodeCount: number) => {
    const state = rate.spend(caller, "graphql", cost);
    return state === null ? null : { ...state, cost, nodeCount };
  };
  const answer = await answerGraphql({ asking, faults, body, spend, defect: parts.defect });
  return { ...answer, headers: {} };
}

function plain(status: number, body: JsonObject): Answered {
  return { status, body, name: null, mutation: false, cost: 0, headers: {} };
}

function refusal(parts: DoubleParts, error: unknown): Answered {
  if (error instanceof WorldRefusal) return plain(error.status, { message: error.message });
  parts.defect(error);
  return plain(500, { message: `A defect of the GitHub double: ${String(error)}` });
}

function log(
  parts: DoubleParts,
  { caller, body, answer }: { caller: Caller; body: JsonObject; answer: Answered },
): void {
  const { errors, message } = answer.body;
  const words = Array.isArray(errors)
    ? errors
        .map((error) =>
          typeof error === "object" && error !== null && "message" in error ? String(error.message) : "",
        )
        .join("; ")
    : message;
  parts.log.add({
    at: parts.now(),
    kind: "graphql",
    route: answer.name ?? "unreadable",
    mutation: answer.mutation,
    key: `${answer.name ?? ""} ${JSON.stringify(body["variables"] ?? null)}`,
    status: answer.status,
    error: typeof words === "string" && words !== "" ? words : null,
    installation: caller.kind === "installation" ? caller.installation : null,
    caller: callerKey(caller),
    cost: answer.cost,
  });
}
