import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import { command, problem } from "./api/named-schemas.ts";
import type { GatewayContext } from "./context.ts";
import type { Identity, Scope } from "./identity.ts";
import { problemKinds } from "./problem.ts";

/** What a handler knows about the request besides its validated parts. */
export interface GatewayRequest {
  identity: Identity;
  requestId: string;
  /** `POST /v1/towns/{town}/beads`. */
  template: string;
  method: string;
  path: string;
  idempotencyKey: string | null;
  respondAsync: boolean;
  /** Ends when the caller goes away. */
  signal: AbortSignal;
}

/** A handler's answer: `seq` is the EVT sequence the data is as of, null when there is none. */
export interface Reply<Data> {
  seq: number | null;
  data: Data;
  status?: 200 | 201 | 202;
  location?: string;
}

type Shape = z.ZodObject;
export interface Input<P extends Shape, Q extends Shape, B extends Shape> {
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
}

/** The form that every route fills in. `addOperation` makes it answer; `routeOf` describes it in the OpenAPI document. */
export interface OperationForm<P extends Shape, Q extends Shape, B extends Shape, R extends z.ZodType> {
  id: string;
  method: "get" | "post" | "patch" | "delete";
  path: string;
  tag: string;
  summary: string;
  description?: string;
  scope: Scope;
  /** Only for tokens of the whole installation. */
  installation?: boolean;
  params?: P;
  query?: Q;
  body?: B;
  /** The body may be left out. */
  bodyOptional?: boolean;
  /** It sends a command: `Idempotency-Key` and `Prefer: respond-async` hold. */
  sends?: boolean;
  status?: 200 | 201;
  reply: R;
  handle: (
    input: Input<P, Q, B>,
    request: GatewayRequest,
    context: GatewayContext,
  ) => Promise<Reply<z.output<R>> | Reply<z.output<typeof command>>>;
}

/** A route whose types are settled: what the list of all routes holds. */
export type Operation = Omit<OperationForm<Shape, Shape, Shape, z.ZodType>, "handle"> & {
  handle: (
    input: { params: Record<string, unknown>; query: Record<string, unknown>; body: Record<string, unknown> },
    request: GatewayRequest,
    context: GatewayContext,
  ) => Promise<Reply<unknown>>;
};

/** Settles a form's types; inputs are validated by the form's own schemas before `handle` is called. */
export function operation<P extends Shape, Q extends Shape, B extends Shape, R extends z.ZodType>(
  form: OperationForm<P, Q, B, R>,
): Operation {
  return form as unknown as Operation;
}

/** `POST /v1/towns/{town}/beads`: the name of the server span and of the route in fingerprints. */
export function templateOf(op: Pick<Operation, "method" | "path">): string {
  return `${op.method.toUpperCase()} ${op.path}`;
}

const json = (schema: z.ZodType) => ({ "application/json": { schema } });
const sendHeaders = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .describe(
      "1-200 visible ASCII characters. The same key and request again is the same command; another request under it is refused (409).",
    ),
  prefer: z
    .string()
    .optional()
    .describe("`respond-async`: answer 202 with the command at once instead of waiting for its verdict."),
});

function problems(statuses: number[]): RouteConfig["responses"] {
  const kinds = Object.entries(problemKinds);
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: kinds
          .filter(([, kind]) => kind.status === status)
          .map(([code]) => code)
          .join(", "),
        content: { "application/problem+json": { schema: problem } },
      },
    ]),
  );
}

function problemStatuses(op: Operation): number[] {
  const statuses = [400, 401, 403, 404, 503];
  if (op.body) statuses.push(413, 415);
  if (op.sends) statuses.push(409, 504);
  return statuses.toSorted((a, b) => a - b);
}

function requestOf(op: Operation): NonNullable<RouteConfig["request"]> {
  return {
    ...(op.params && { params: op.params }),
    ...(op.query && { query: op.query }),
    ...(op.body && { body: { content: json(op.body), required: op.bodyOptional !== true } }),
  };
}

/** The route as `@hono/zod-openapi` wants it. With `documented`, headers are described too (they are read by hand). */
export function routeOf(op: Operation, { documented }: { documented: boolean }): RouteConfig {
  const request = requestOf(op);
  const town = op.installation ? ", of the whole installation" : "";
  return {
    operationId: op.id,
    method: op.method,
    path: op.path,
    tags: [op.tag],
    summary: op.summary,
    description: [op.description, `Needs scope **${op.scope}**${town}.`].filter(Boolean).join("\n\n"),
    security: [{ token: [] }],
    request: documented && op.sends ? { ...request, headers: sendHeaders } : request,
    responses: {
      [op.status ?? 200]: {
        description: op.status === 201 ? "Made" : "Done",
        content: json(z.object({ seq: z.int().nullable(), data: op.reply })),
      },
      ...(op.sends && {
        202: {
          description: "Accepted; `Location` is the command",
          content: json(z.object({ seq: z.int().nullable(), data: command })),
        },
      }),
      ...problems(problemStatuses(op)),
    },
  };
}
