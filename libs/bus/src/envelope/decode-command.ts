import {
  envelope as envelopeSchema,
  findCommand,
  noTown,
  parseSubject,
  schemaName,
  townId,
  type Command,
  type Envelope,
  type Owner,
} from "@gastown/contracts";
import { describeIssues } from "./describe-issues.ts";

/** What a message on a command subject turns out to be. */
export type DecodedCommand =
  | { kind: "command"; envelope: Envelope; descriptor: Command }
  /** A valid envelope of a message that we do not know: it can never succeed, and its sender can be told. */
  | { kind: "unknown"; envelope: Envelope; message: string }
  /** A valid envelope of a message that we know, with data that breaks its contract. */
  | { kind: "invalid"; envelope: Envelope; message: string }
  | { kind: "undecodable"; message: string };

/** Reads a command of `owner` from where it was published and what it says. The data comes with its defaults filled in. */
export function decodeCommand(owner: Owner, subject: string, body: Uint8Array): DecodedCommand {
  const envelope = readEnvelope(owner, subject, body);
  if (typeof envelope === "string") return { kind: "undecodable", message: envelope };
  const descriptor = findCommand(envelope.type);
  if (descriptor === undefined) {
    return { kind: "unknown", envelope, message: `there is no command "${envelope.type}"` };
  }
  if (envelope.townid === noTown && descriptor.installationWide !== true)
    return { kind: "undecodable", message: `"${envelope.type}" is for one town` };
  if (envelope.dataschema !== schemaName(descriptor)) {
    const message = `"${envelope.dataschema}" is not known, only "${schemaName(descriptor)}"`;
    return { kind: "unknown", envelope, message };
  }
  const data = descriptor.data.safeParse(envelope.data);
  if (!data.success) return { kind: "invalid", envelope, message: describeIssues(data.error, "data") };
  return { kind: "command", envelope: { ...envelope, data: data.data }, descriptor };
}

function readEnvelope(owner: Owner, subject: string, body: Uint8Array): Envelope | string {
  const parsed = parseSubject(subject);
  if (parsed?.kind !== "command" || parsed.owner !== owner) return `"${subject}" is not a command to ${owner}`;
  const json = parseJson(body);
  if (json === undefined) return "the body is not JSON";
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return `the body is not an envelope: ${describeIssues(envelope.error)}`;
  if (parsed.town !== noTown && !townId.safeParse(parsed.town).success) return `"${parsed.town}" is not a town id`;
  // The subject decides the shard, the envelope whose state is changed: a message that says two things would break order.
  if (envelope.data.townid !== parsed.town)
    return `the subject says town "${parsed.town}", the envelope "${envelope.data.townid}"`;
  const type = `${owner}.${parsed.entity}.${parsed.verb}`;
  return envelope.data.type === type
    ? envelope.data
    : `the subject says "${type}", the envelope "${envelope.data.type}"`;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}
