import { InvalidMessageError, isOutage, PublishError, QueryError } from "@gastown/bus";
import { HTTPException } from "hono/http-exception";
import { Problem } from "./problem.ts";

const byHttpStatus = {
  400: () =>
    new Problem("malformed_json", {
      detail: "The body cannot be read as JSON.",
      errors: [{ field: "body", reason: "is not JSON" }],
    }),
  415: () => new Problem("unsupported_media_type", { detail: "The body must be sent as application/json." }),
} as const;

const byQueryCode = {
  not_found: "not_found",
  invalid: "invalid",
  unavailable: "service_unavailable",
  failed: "service_failed",
} as const;

/** What the caller is told about an error. Those that are no problems of ours become 500 and keep their cause for the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof QueryError) return new Problem(byQueryCode[error.code], { detail: error.message, cause: error });
  if (error instanceof HTTPException && error.status in byHttpStatus)
    return byHttpStatus[error.status as keyof typeof byHttpStatus]();
  if (error instanceof InvalidMessageError) return new Problem("invalid", { detail: error.message, cause: error });
  if (error instanceof PublishError)
    return new Problem("bus_unavailable", {
      detail: error.message,
      headers: { "retry-after": "2" },
      cause: error,
    });
  if (isDatabaseDown(error))
    return new Problem("database_unavailable", { detail: "Postgres cannot be reached.", cause: error });
  return new Problem("internal", { detail: "Something unexpected happened.", cause: error });
}

/** The server is there but does not let us in: a wrong password, or a database that is gone. */
const refusedCodes: ReadonlySet<unknown> = new Set(["28000", "28P01", "3D000"]);
/** What node-postgres says when it has no code for it. */
const lostMessage =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** NATS tells its outages in errors of its own, so what is left is Postgres. drizzle wraps the driver's error. */
function isDatabaseDown(error: unknown): boolean {
  if (isOutage(error)) return true;
  for (let at = error; at instanceof Error; at = at.cause)
    if (("code" in at && refusedCodes.has(at.code)) || lostMessage.test(at.message)) return true;
  return false;
}
