import { newEnvelope, publish, PublishError, sendCommand, VerdictTimeoutError, type InputOf } from "@gastown/bus";
import { newId, type Command, type Envelope, type Verdict } from "@gastown/contracts";
import type { GatewayContext } from "../context.ts";
import { actorOf } from "../identity.ts";
import type { GatewayRequest, Reply } from "../operation.ts";
import { Problem } from "../problem.ts";
import { commandIdOf, fingerprintOf } from "./command-id.ts";
import { verdictProblem } from "./verdict-problem.ts";

export interface Sending<D extends Command = Command> {
  descriptor: D;
  town: string;
  data: InputOf<D>;
  /** The body as validated: with the path it is what an Idempotency-Key stands for. */
  body: unknown;
  /** What it is about, such as `bead/gt-1`. */
  subject?: string | undefined;
  /** Which of the request's commands it is, when there are several. */
  step?: string | undefined;
  /** Begins the detail of the problem when it is not applied. */
  note?: string | undefined;
}

interface CommandData {
  command: string;
  owner: Command["owner"];
  town: string;
  state: "pending" | "applied" | "refused" | "terminal";
  code?: string | undefined;
  message?: string | undefined;
  result?: Record<string, unknown> | undefined;
}

/** Where a command's verdict is read. */
export function commandUrl(owner: string, town: string, command: string): string {
  return `/v1/commands/${owner}/${town}/${command}`;
}

/** The command resource: what a verdict, or its absence, says. */
export function commandData(
  at: { command: string; owner: Command["owner"]; town: string },
  verdict: Verdict | null,
): CommandData {
  if (verdict === null) return { ...at, state: "pending" };
  return { ...at, state: verdict.outcome, code: verdict.code, message: verdict.message, result: verdict.result };
}

/** The same request under the same key is the same command; another request under it is refused. */
async function idOf(sending: Sending, request: GatewayRequest, { fingerprints }: GatewayContext): Promise<string> {
  if (request.idempotencyKey === null) return newId();
  const id = commandIdOf({
    key: request.idempotencyKey,
    token: request.identity.id,
    route: request.template,
    step: sending.step ?? "",
  });
  const fingerprint = fingerprintOf(request.path, sending.body);
  if ((await fingerprints.remember(id, fingerprint)) === fingerprint) return id;
  throw new Problem("idempotency_key_reused", {
    detail: "This Idempotency-Key was used for a request with another path or body.",
    errors: [{ field: "Idempotency-Key", reason: "belongs to another request" }],
  });
}

async function envelopeOf<D extends Command>(
  sending: Sending<D>,
  request: GatewayRequest,
  context: GatewayContext,
): Promise<Envelope> {
  const id = await idOf(sending, request, context);
  return newEnvelope(sending.descriptor, {
    id,
    town: sending.town,
    data: sending.data,
    actor: actorOf(request.identity),
    source: "/gateway",
    subject: sending.subject,
  });
}

function busDown(detail: string, cause?: unknown): Problem {
  return new Problem("bus_unavailable", { detail, headers: { "retry-after": "2" }, cause });
}

/** A publish that failed may still have been stored, so the advice is to repeat it under the same key. */
async function onBus<T>(context: GatewayContext, work: () => Promise<T>): Promise<T> {
  if (!context.bus.connected()) throw busDown("The gateway is not connected to NATS.");
  try {
    return await work();
  } catch (error) {
    throw error instanceof PublishError ? busDown(error.message, error) : error;
  }
}

/** The command is stored; its verdict is not waited for. */
export async function accept<D extends Command>(
  sending: Sending<D>,
  request: GatewayRequest,
  context: GatewayContext,
): Promise<Reply<CommandData>> {
  const envelope = await envelopeOf(sending, request, context);
  const { owner } = sending.descriptor;
  await onBus(context, () => publish(context.bus, sending.descriptor, envelope));
  return {
    seq: null,
    status: 202,
    location: commandUrl(owner, sending.town, envelope.id),
    data: { command: envelope.id, owner, town: sending.town, state: "pending" },
  };
}

/** The command is carried out: answers its verdict, `applied`. Everything else is thrown as a problem. */
export async function carryOut<D extends Command>(
  sending: Sending<D>,
  request: GatewayRequest,
  context: GatewayContext,
): Promise<Verdict> {
  const envelope = await envelopeOf(sending, request, context);
  const { owner } = sending.descriptor;
  const url = commandUrl(owner, sending.town, envelope.id);
  const timeoutMs = context.config.verdictTimeoutMs;
  try {
    const verdict = await onBus(context, () =>
      sendCommand(context.bus, sending.descriptor, envelope, { timeoutMs, signal: request.signal }),
    );
    const problem = verdictProblem(verdict, { url, ...(sending.note !== undefined && { note: sending.note }) });
    if (problem !== null) throw problem;
    return verdict;
  } catch (error) {
    if (!(error instanceof VerdictTimeoutError)) throw error;
    throw new Problem("verdict_timeout", {
      detail: `The ${owner} service gave no verdict within ${timeoutMs} ms. The command stays accepted; read its verdict at ${url}.`,
      members: { command: url },
      headers: { location: url, "retry-after": "2" },
      cause: error,
    });
  }
}
