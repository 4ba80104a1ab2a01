import { readFileSync } from "node:fs";

/** How a program of this image connects to the bus, by its environment. Throws when that says nothing of a server, or names no file. */
export function busLogin({ NATS_URL, NATS_USER, NATS_PASSWORD, NATS_CREDENTIALS_FILE } = process.env) {
  if (!NATS_URL) throw new Error("NATS_URL is not set");
  const credentials = NATS_CREDENTIALS_FILE ? readFileSync(NATS_CREDENTIALS_FILE, "utf8") : undefined;
  return { servers: NATS_URL, user: NATS_USER, password: NATS_PASSWORD, credentials };
}
