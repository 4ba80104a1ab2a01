import type { z } from "zod";
import { ScmError } from "../forge.ts";
import { failureOf, refusalOf, type Asked } from "./call-failure.ts";
import type { GitlabSite } from "./gitlab-options.ts";

interface GitlabRequest {
  /** For logs and counts: "get merge request". */
  readonly operation: string;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Parts of the path below `/api/v4`, not yet encoded. */
  readonly path: readonly (string | number)[];
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** Statuses that are answers, besides 2xx. */
  readonly answers?: readonly number[];
}

interface GitlabAnswer {
  readonly status: number;
  /** Null when it has none. */
  readonly data: unknown;
  readonly headers: Headers;
}

/** GitLab's REST v4. Every request is sent once: whoever repeats a merge merges twice (scm §1.7). Throws `ScmError`. */
export interface GitlabClient {
  send(request: GitlabRequest): Promise<GitlabAnswer>;
  /** The answer as this shape. */
  read<T extends z.ZodType>(request: GitlabRequest, shape: T): Promise<z.infer<T>>;
  /** All of a list, 100 a page; `complete` is false when there is more than is sensible to read. */
  list<T extends z.ZodType>(request: GitlabRequest, item: T): Promise<{ items: z.infer<T>[]; complete: boolean }>;
  /** The answer's text in pieces, as it comes. */
  stream(request: GitlabRequest, take: (text: string) => void): Promise<{ status: number }>;
}

/** scm §2.3 step 6. */
const answerMs = 30_000;
/** Lists of this size say nothing more to anybody. */
const mostPages = 20;
const perPage = 100;

export function createGitlabClient(site: GitlabSite): GitlabClient {
  const clock = site.clock ?? Date.now;
  const send = async (request: GitlabRequest): Promise<GitlabAnswer> => {
    const response = await call(site, request, clock);
    return { status: response.status, headers: response.headers, data: await bodyOf(response, askedOf(request)) };
  };
  const readPage = async <T extends z.ZodType>(request: GitlabRequest, shape: T) => {
    const { data, headers } = await send(request);
    return { data: parsed(data, shape, askedOf(request)), headers };
  };
  return {
    send,
    read: async (request, shape) => (await readPage(request, shape)).data,
    async list(request, item) {
      const items: z.infer<typeof item>[] = [];
      for (let page = 1; page <= mostPages; page += 1) {
        const query = { ...request.query, per_page: perPage, page };
        const { data, headers } = await readPage({ ...request, query }, item.array());
        items.push(...data);
        if ((headers.get("x-next-page") ?? "") === "") return { items, complete: true };
      }
      return { items, complete: false };
    },
    async stream(request, take) {
      const response = await call(site, request, clock);
      await streamed(response, take).catch((cause: unknown) => {
        throw failureOf(cause, askedOf(request));
      });
      return { status: response.status };
    },
  };
}

function askedOf({ operation, method = "GET" }: GitlabRequest): Asked {
  return { operation, mutates: method !== "GET" };
}

async function call(site: GitlabSite, request: GitlabRequest, clock: () => number): Promise<Response> {
  const asked = askedOf(request);
  const { operation } = asked;
  if (request.signal.aborted) throw new ScmError("unavailable", `GitLab, ${operation}: given up before it was sent`);
  const startedAt = clock();
  const note = (status: number) => site.onCall?.({ ...asked, status, durationMs: clock() - startedAt });
  const response = await exchange(site, request).catch((cause: unknown) => {
    note(0);
    throw failureOf(cause, asked);
  });
  note(response.status);
  site.logger.debug({ operation, status: response.status }, "GitLab answered");
  if (response.ok || request.answers?.includes(response.status)) return response;
  const body: unknown = await response.json().catch(() => null);
  throw refusalOf({ status: response.status, headers: response.headers, body }, asked, clock());
}

function exchange({ url, token }: GitlabSite, { method = "GET", path, query, body, signal }: GitlabRequest) {
  const at = new URL(`${url}/api/v4/${path.map(encodeURIComponent).join("/")}`);
  for (const [name, value] of Object.entries(query ?? {})) at.searchParams.append(name, String(value));
  return fetch(at, {
    method,
    headers: {
      "PRIVATE-TOKEN": token,
      accept: "application/json",
      "user-agent": "gastown",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    // The token is for this host alone.
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
  });
}

async function streamed({ body }: Response, take: (text: string) => void): Promise<void> {
  const text = body?.pipeThrough(new TextDecoderStream());
  if (text !== undefined) for await (const chunk of text) take(chunk);
}

async function bodyOf(response: Response, asked: Asked): Promise<unknown> {
  try {
    const text = await response.text();
    return text === "" ? null : (JSON.parse(text) as unknown);
  } catch (cause) {
    // What refuses may be something before GitLab, which speaks no JSON.
    if (cause instanceof SyntaxError && !response.ok) return null;
    throw failureOf(cause, asked);
  }
}

function parsed<T extends z.ZodType>(data: unknown, shape: T, { operation, mutates }: Asked): z.infer<T> {
  const read = shape.safeParse(data);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue === undefined ? "" : `${issue.path.join(".")}: ${issue.message}`;
  throw new ScmError(
    mutates ? "unknown_outcome" : "unavailable",
    `GitLab, ${operation}: the answer is not what its documentation says (${where})`,
  );
}
