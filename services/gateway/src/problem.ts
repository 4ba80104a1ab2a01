/** One thing that is wrong with a request: which field (a body path, a parameter or a header), and why. */
export interface FieldError {
  field: string;
  reason: string;
}

interface ProblemKind {
  status: number;
  title: string;
  /** What the caller does next. */
  advice: string;
}

/**
 * Every problem the API answers with, by code (RFC 9457; `type` is `/docs#problem-<code>`). Codes of verdicts are those of
 * `verdictCode` in contracts.
 */
export const problemKinds = {
  invalid: {
    status: 400,
    title: "The request is not valid",
    advice: "Correct the fields listed in `errors` and send it again.",
  },
  malformed_json: { status: 400, title: "The body is not JSON", advice: "Send one JSON object as the body." },
  unauthenticated: {
    status: 401,
    title: "No valid token",
    advice:
      "Send `Authorization: Bearer <token>`. `gastown token create` makes a token; `gastown up` prints the first one.",
  },
  ticket_refused: {
    status: 401,
    title: "The ticket does not open this",
    advice: "Get a new one: POST …/terminal/tickets. A ticket is good once, for 30 seconds.",
  },
  forbidden: {
    status: 403,
    title: "The token does not allow this",
    advice: "Use a token of a wider scope, or one of this town.",
  },
  not_found: {
    status: 404,
    title: "There is no such thing",
    advice: "Check the id; the matching list route names what there is.",
  },
  no_route: { status: 404, title: "There is no such route", advice: "See /docs for every route." },
  town_not_found: { status: 404, title: "There is no such town", advice: "GET /v1/towns lists the towns." },
  rig_not_found: { status: 404, title: "There is no such rig", advice: "GET /v1/towns/{town}/rigs lists the rigs." },
  bead_not_found: {
    status: 404,
    title: "There is no such bead",
    advice: "GET /v1/towns/{town}/beads lists the beads.",
  },
  agent_not_found: {
    status: 404,
    title: "There is no such agent",
    advice: "GET /v1/towns/{town}/agents lists the agents.",
  },
  pr_not_found: {
    status: 404,
    title: "There is no such pull request",
    advice: "GET /v1/towns/{town}/pulls lists the pull requests.",
  },
  convoy_not_found: {
    status: 404,
    title: "There is no such convoy",
    advice: "GET /v1/towns/{town}/convoys lists the convoys.",
  },
  molecule_not_found: {
    status: 404,
    title: "There is no such molecule",
    advice: "GET /v1/towns/{town}/beads?type=molecule lists the molecules.",
  },
  nudge_not_found: {
    status: 404,
    title: "There is no such nudge",
    advice: "GET /v1/towns/{town}/nudges lists the nudges.",
  },
  mayor_not_found: {
    status: 404,
    title: "The town has no mayor yet",
    advice: "Make and start it: `gastown mayor ensure`, or POST /v1/towns/{town}/mayor. A message to it does so too.",
  },
  dead_letter_not_found: {
    status: 404,
    title: "There is no such dead letter",
    advice: "It was retried or dropped, or is too old. GET /v1/dead-letters lists those there are.",
  },
  terminal_not_found: {
    status: 404,
    title: "There is no such terminal",
    advice: "It has ended, or is another agent's. GET …/terminals lists those that are open (`gastown attach --list`).",
  },
  token_not_found: { status: 404, title: "There is no such token", advice: "GET /v1/tokens lists the tokens." },
  method_not_allowed: {
    status: 405,
    title: "This route has other methods",
    advice: "Use a method named in the `Allow` header.",
  },
  already_exists: { status: 409, title: "There is one already", advice: "Use the one there is, or choose another id." },
  wrong_state: {
    status: 409,
    title: "The state does not allow it",
    advice: "Read the thing again (`explain` says why a bead is where it is) and decide anew.",
  },
  stopped: {
    status: 409,
    title: "The town is stopped",
    advice: "Let it go on first: `gastown thaw`, or POST /v1/towns/{town}/thaw.",
  },
  not_followed: {
    status: 409,
    title: "Nobody in the town follows this pull request",
    advice: "Adopt it first: `gastown pr adopt <pull>`, or POST …/pulls/{number}/adopt.",
  },
  dependency_cycle: {
    status: 409,
    title: "Beads would wait for each other",
    advice: "Leave out one of the dependencies that the detail names.",
  },
  not_hooked: { status: 409, title: "The agent is not on this bead", advice: "Read the agent again and decide anew." },
  stale: { status: 409, title: "It has changed since you read it", advice: "Read it again and decide anew." },
  git_failed: {
    status: 409,
    title: "Git did not do it",
    advice: "The detail is git's own message; correct the repository and try again.",
  },
  idempotency_key_reused: {
    status: 409,
    title: "The Idempotency-Key belongs to another request",
    advice: "Send the first request unchanged, or use a new key.",
  },
  body_too_large: { status: 413, title: "The body is too large", advice: "Send at most 256 KiB." },
  unsupported_media_type: {
    status: 415,
    title: "The body's type is not known here",
    advice: "Send JSON with `Content-Type: application/json`.",
  },
  upgrade_required: {
    status: 426,
    title: "This route is a WebSocket",
    advice: "Connect with a WebSocket client; see /docs#streamTown.",
  },
  internal: {
    status: 500,
    title: "The gateway made a mistake",
    advice: "Look for the request id in the gateway's log and report it.",
  },
  unknown_message: {
    status: 502,
    title: "The owner does not know this command",
    advice: "Run the same version of every service.",
  },
  service_failed: {
    status: 502,
    title: "A service failed",
    advice: "Look for the request id's trace or the time in that service's log and report it.",
  },
  bus_unavailable: {
    status: 503,
    title: "The message bus does not answer",
    advice: "Nothing is lost. Check NATS (`gastown doctor`) and send the request again with the same Idempotency-Key.",
  },
  database_unavailable: {
    status: 503,
    title: "The database does not answer",
    advice: "Check Postgres (`gastown doctor`) and try again.",
  },
  service_unavailable: {
    status: 503,
    title: "A service does not answer",
    advice: "Check that it runs (`gastown doctor`) and try again.",
  },
  too_many_sockets: { status: 503, title: "Too many watchers", advice: "Close other streams or use another gateway." },
  no_secret_key: {
    status: 503,
    title: "This installation has no key for secrets",
    advice:
      "Set GASTOWN_SECRET_KEY to the output of `openssl rand -hex 32`, the same for gateway and dispatcher, and start them again.",
  },
  verdict_timeout: {
    status: 504,
    title: "Accepted, but no verdict yet",
    advice:
      "The command stays accepted and will be carried out. Read its verdict at `command`; sending the request again with the same Idempotency-Key is safe.",
  },
} as const satisfies Record<string, ProblemKind>;
export type ProblemCode = keyof typeof problemKinds;

export interface ProblemOptions {
  detail: string;
  errors?: FieldError[] | undefined;
  /** Further members of the problem document, such as `command`. */
  members?: Record<string, unknown> | undefined;
  headers?: Record<string, string> | undefined;
  cause?: unknown;
}

/** A failure that a caller is told about. Thrown anywhere below a route; `problemResponse` writes it. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: string;
  readonly status: number;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions) {
    super(options.detail, { cause: options.cause });
    this.code = code;
    this.status = problemKinds[code].status;
    this.options = options;
  }

  /** The problem document (RFC 9457) with our members `code`, `advice`, `errors` and `requestId`. */
  document(request: { path: string; requestId: string }): Record<string, unknown> {
    const kind: ProblemKind = problemKinds[this.code as ProblemCode];
    return {
      type: `/docs#problem-${this.code}`,
      title: kind.title,
      status: this.status,
      detail: this.options.detail,
      instance: request.path,
      code: this.code,
      advice: kind.advice,
      ...(this.options.errors === undefined ? {} : { errors: this.options.errors }),
      requestId: request.requestId,
      ...this.options.members,
    };
  }
}

/** Whether a verdict's code is one we have words for. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemKinds, code);
}

/** The HTTP answer that tells a problem. */
export function problemResponse(problem: Problem, request: { path: string; requestId: string }): Response {
  return new Response(JSON.stringify(problem.document(request)), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", ...problem.options.headers },
  });
}
