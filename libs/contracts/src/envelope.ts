import { z } from "zod";
import { messageId } from "./ids.ts";

/** Installation-wide messages carry this where others carry a town id; no town id can be equal to it. */
export const noTown = "_";

/** Who did it: `user:<name>`, `agent:<bead id>`, `service:<name>` or `rule:<name>`. */
export const actor = z
  .string()
  .regex(/^(?:user|agent|service|rule):[^\s]{1,96}$/, "must be user:, agent:, service: or rule: and a name");

/** The largest envelope that is published, in bytes; what can grow beyond it goes to a table and is pointed at (nats §1.4). */
export const maxEnvelopeBytes = 256 * 1024;

/**
 * A CloudEvents 1.0 JSON envelope (structured mode, nats §4.4). `type` is `<owner>.<entity>.<verb>`, `dataschema` adds the
 * kind and the version, `traceparent` is the context the message was created in. Unknown extra fields are kept.
 */
export const envelope = z.looseObject({
  specversion: z.literal("1.0"),
  id: messageId,
  type: z.string().min(1),
  source: z.string().min(1),
  subject: z.string().optional(),
  time: z.iso.datetime(),
  datacontenttype: z.literal("application/json"),
  dataschema: z.string().min(1),
  townid: z.string().min(1),
  actor,
  correlationid: z.string().min(1),
  causationid: z.string().min(1).optional(),
  traceparent: z.string().optional(),
  data: z.unknown(),
});
export type Envelope<Data = unknown> = z.infer<typeof envelope> & { data: Data };
