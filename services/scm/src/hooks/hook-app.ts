import { HookTooLargeError, largestRawHook, PublishError, type HookToPublish, type Published } from "@gastown/bus";
import type { HookProvider } from "@gastown/contracts";
import { span, type Logger } from "@gastown/telemetry";
import { Hono, type Context } from "hono";
import { InvalidHookError } from "./hook-reading.ts";
import type { HookName, HookSource } from "./hook-source.ts";
import { BodyError, readBody, type BodyLimits } from "./read-body.ts";
import { createTally, type HookCounts, type Tally } from "./tally.ts";

export interface HookAppOptions {
  /** Those that are configured. */
  readonly sources: readonly HookSource[];
  /** Stores a delivery and answers once it is stored. Throws PublishError and HookTooLargeError. */
  readonly publish: (hook: HookToPublish) => Promise<Published>;
  /** Whether a delivery came before and could not be handled. */
  readonly hasFailed: (key: { provider: HookProvider; delivery: string }) => Promise<boolean>;
  readonly logger: Logger;
  readonly limits?: Partial<BodyLimits> & { readonly heldBytes?: number };
  readonly now?: () => Date;
}

/** `POST /hooks/<provider>`, and what came of it. */
export interface HookApp {
  readonly app: Hono;
  readonly counts: () => HookCounts;
  /** How many deliveries are being answered at this moment. */
  readonly answering: () => number;
}

/** GitHub waits 10 s for its answer (scm §3.3). */
const bodyTimeoutMs = 8_000;
/** Of bodies that are being read, whose sender nobody knows yet, all together. */
const heldBytes = 8 * largestRawHook;

interface Door extends Required<Pick<HookAppOptions, "publish" | "hasFailed" | "logger" | "now">> {
  readonly limits: BodyLimits & { readonly heldBytes: number };
  readonly tally: Tally;
  held: number;
  answering: number;
}

/**
 * The door for webhooks (scm §3.4). 202 means that the delivery is stored in stream `HOOK`, and nothing is done about it here; every other
 * answer means that it is not, and the forge keeps it as failed. Answers 404 for a forge that is not configured.
 */
export function createHookApp({ sources, now = () => new Date(), ...options }: HookAppOptions): HookApp {
  const limits = { largestBytes: largestRawHook, timeoutMs: bodyTimeoutMs, heldBytes, ...options.limits };
  const door: Door = { ...options, now, limits, tally: createTally(options.logger), held: 0, answering: 0 };
  const app = new Hono();
  app.post("/hooks/:provider", (c) => {
    const source = sources.find(({ provider }) => provider === c.req.param("provider"));
    if (source === undefined) {
      const known = sources.map(({ provider }) => `/hooks/${provider}`).join(" and ") || "none";
      return refusal(c, {
        status: 404,
        code: "not_configured",
        message: `no webhooks are taken here; configured: ${known}`,
      });
    }
    return span(
      `POST /hooks/${source.provider}`,
      { kind: "server", root: true, attributes: { "http.request.method": "POST", "http.route": "/hooks/:provider" } },
      async (active) => {
        door.answering += 1;
        const response = await take(c, source, door).finally(() => (door.answering -= 1));
        active.setAttributes({ "http.response.status_code": response.status });
        return response;
      },
    );
  });
  return { app, counts: () => ({ ...door.tally.counts }), answering: () => door.answering };
}

interface Refusal {
  readonly status: 400 | 401 | 404 | 408 | 413 | 415 | 503;
  readonly code: string;
  readonly message: string;
}

function refusal(c: Context, { status, code, message }: Refusal): Response {
  if (status === 503) c.header("Retry-After", "2");
  // What is left of the body is not waited for.
  if (status === 408 || status === 413) c.header("Connection", "close");
  return c.json({ error: code, message }, status);
}

async function take(c: Context, source: HookSource, door: Door): Promise<Response> {
  const { headers } = c.req.raw;
  const early = checkHeaders(headers, door.limits);
  if (early !== null) return refuse(c, source, { door, early });
  const name = source.name(headers);
  if (typeof name === "string")
    return refuse(c, source, { door, early: { status: 400, code: "headers", message: name } });
  if (!source.admits(headers)) return refuse(c, source, { door, early: forged });
  const length = Number(headers.get("content-length") ?? door.limits.largestBytes);
  if (door.held + length > door.limits.heldBytes) return refuse(c, source, { door, early: busy });
  door.held += length;
  try {
    const body = await readBody(c.req.raw, door.limits);
    const read = await authenticate(source, headers, body);
    if ("status" in read) return refuse(c, source, { door, early: read });
    return c.json(await store(source, { name, body, data: read.data }, door), 202);
  } catch (error) {
    const known = refusalOf(error);
    if (known === null) throw error;
    return refuse(c, source, { door, early: known, error });
  } finally {
    door.held -= length;
  }
}

const forged: Refusal = { status: 401, code: "signature", message: "the signature or token is missing or wrong" };
const busy: Refusal = { status: 503, code: "busy", message: "too many bodies are being read; send it again" };

function refuse(
  c: Context,
  { provider }: HookSource,
  { door, early, error }: { door: Door; early: Refusal; error?: unknown },
): Response {
  const kind = early.status === 401 ? "forged" : early.status === 503 ? "unavailable" : "malformed";
  const event = c.req.header("x-github-event") ?? c.req.header("x-gitlab-event");
  door.tally.warn(kind, { provider, event, status: early.status, reason: early.message, ...(error ? { error } : {}) });
  return refusal(c, early);
}

function checkHeaders(headers: Headers, { largestBytes }: BodyLimits): Refusal | null {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json")
    return { status: 415, code: "content_type", message: "set the webhook's content type to application/json" };
  if (Number(headers.get("content-length") ?? 0) > largestBytes)
    return { status: 413, code: "too_large", message: `the body is larger than ${largestBytes} bytes` };
  return null;
}

/** What an authentic body says, or why it is not taken. */
async function authenticate(source: HookSource, headers: Headers, body: Buffer): Promise<{ data: unknown } | Refusal> {
  if (body.length === 0) return { status: 400, code: "empty", message: "there is no body" };
  const text = body.toString("utf8");
  if (!(await source.verify(headers, text))) return forged;
  try {
    return { data: JSON.parse(text) as unknown };
  } catch {
    return { status: 400, code: "json", message: "the body is not JSON" };
  }
}

/** The delivery is stored. One that came before is stored again only when it could not be handled then (scm §3.3). */
async function store(
  source: HookSource,
  { name, body, data }: { name: HookName; body: Buffer; data: unknown },
  door: Door,
): Promise<{ delivery: string; duplicate?: true }> {
  const { provider } = source;
  const hook = {
    ...name,
    provider,
    body,
    action: source.action(data),
    receivedAt: door.now(),
    reduce: () => Buffer.from(source.reduce(name.event, data)),
  };
  const { duplicate } = await door.publish(hook);
  if (!duplicate) {
    door.tally.add("accepted");
    return { delivery: name.delivery };
  }
  if (await failedBefore(door, { provider, delivery: name.delivery })) await door.publish({ ...hook, anew: true });
  door.tally.add("duplicates");
  return { delivery: name.delivery, duplicate: true };
}

async function failedBefore(door: Door, key: { provider: HookProvider; delivery: string }): Promise<boolean> {
  try {
    return await door.hasFailed(key);
  } catch (error) {
    // Stored twice does no harm: the inbox knows it.
    door.logger.debug({ error, ...key }, "whether a webhook has failed before is not known");
    return true;
  }
}

function refusalOf(error: unknown): Refusal | null {
  if (error instanceof BodyError)
    return { status: error.code === "late" ? 408 : 413, code: error.code, message: error.message };
  if (error instanceof PublishError)
    return { status: 503, code: "bus_unavailable", message: "it could not be stored; send it again" };
  if (error instanceof HookTooLargeError) return { status: 413, code: "too_large", message: error.message };
  // Only a body that has to be reduced is looked into here.
  if (error instanceof InvalidHookError) return { status: 400, code: "payload", message: error.message };
  return null;
}
