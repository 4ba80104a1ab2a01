/** Codes by which Node, postgres.js and Postgres say that something we depend on is not there now. */
const codes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "53300", // too many connections
  "57P01", // the server is shut down by its administrator
  "57P02", // the server crashed
  "57P03", // the server starts
]);

/**
 * True when an error, or one that caused it, says that a dependency is away. Such a command is not at fault: it waits in its shard,
 * without using up its deliveries, for as long as the outage lasts (nats §3.7).
 */
export function isOutage(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    const code = "code" in cause ? cause.code : undefined;
    if (typeof code === "string" && (codes.has(code) || /^08\w{3}$/.test(code))) return true;
    if (cause instanceof AggregateError && cause.errors.some(isOutage)) return true;
  }
  return false;
}
