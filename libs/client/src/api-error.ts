import type { components } from "./schema.d.ts";

/** What went wrong, as the gateway tells it (RFC 9457). */
export type ProblemDocument = components["schemas"]["Problem"];

/** The gateway's answer to a request that it did not carry out. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(problem.detail);
    this.status = problem.status;
    this.problem = problem;
  }
}

/** Nobody answered at the gateway's address, or not in time. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  readonly url: string;

  constructor(url: string, cause: unknown) {
    super(`No answer from ${url}: ${reasonOf(cause)}`, { cause });
    this.url = url;
  }
}

/** fetch says "fetch failed" and keeps the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return "code" in error && error.message === "" ? String(error.code) : error.message;
}

/** The problem in a body, or one made up for an answer that is none of the gateway's (a proxy's, say). */
export function problemOf(body: unknown, { status, url }: { status: number; url: string }): ProblemDocument {
  if (typeof body === "object" && body !== null && "code" in body && "detail" in body) return body as ProblemDocument;
  return {
    type: "about:blank",
    title: "Not an answer of a gateway",
    status,
    detail: `${url} answered ${status} with something that is no problem document.`,
    instance: new URL(url, "http://gateway").pathname,
    code: "foreign_answer",
    advice: "Check that the URL is that of a gateway.",
    requestId: "",
  };
}
