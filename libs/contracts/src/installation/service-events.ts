import { z } from "zod";
import { messageId } from "../ids.ts";
import { defineEvent } from "../message.ts";

// What the programs of an installation tell of themselves. No town is theirs: they are published under `_`.

const time = z.iso.datetime();
/** `town`, `dispatcher`, `scm`, `gateway`; `gastown`: all of them, and servers, in one process. */
const serviceName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "must be the name of a service");

/** One process of a service, from its start to its end. */
const runFields = {
  service: serviceName,
  /** Names it, among all there ever were. */
  run: messageId,
  host: z.string(),
  pid: z.int(),
  startedAt: time,
};

/** What nobody caught. */
export const serviceError = z.object({
  name: z.string(),
  message: z.string(),
  stack: z.string().nullable(),
  /** Whose work it came from, when that is known. */
  town: z.string().nullable(),
  traceId: z.string().nullable(),
});
export type ServiceError = z.infer<typeof serviceError>;

/** The mark of a run on `run.<service>.<run>` (stream `RUN`). It is taken away at a clean end: one that is left tells of a crash. */
export const serviceRun = z.object(runFields);
export type ServiceRun = z.infer<typeof serviceRun>;

export const serviceStarted = defineEvent({
  owner: "installation",
  entity: "service",
  verb: "started",
  summary: "A service does its work from now on.",
  data: z.object(runFields),
});
export const serviceCrashed = defineEvent({
  owner: "installation",
  entity: "service",
  verb: "crashed",
  summary:
    "A service ended without being told to: by an exception, which it told of itself, or without a word (killed, out of memory, power), which the next one found out.",
  data: z.object({
    ...runFields,
    /** Null: it ended without a word, nobody knows when. */
    at: time.nullable(),
    error: serviceError.nullable(),
  }),
});
export const serviceBootFailed = defineEvent({
  owner: "installation",
  entity: "service",
  verb: "boot-failed",
  summary: "A service could not start; the reason is in the error.",
  data: z.object({ ...runFields, at: time, error: serviceError }),
});
