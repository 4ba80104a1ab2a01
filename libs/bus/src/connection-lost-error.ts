/** The connection went away while an answer was waited for: nobody knows whether what was asked was done. */
export class ConnectionLostError extends Error {
  override name = "ConnectionLostError";
}
