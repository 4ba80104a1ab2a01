import { natsEnvironment, natsSettingsFrom } from "../nats-environment.ts";
import { parseEnv } from "../parse-env.ts";
import type { LifeOptions } from "./service-life.ts";

/** How NATS is reached by this environment, whatever else is wrong in it. Throws ConfigError. */
export function busIn(env: Record<string, string | undefined>): LifeOptions["bus"] {
  const { natsUrl, natsUser, natsPassword, natsCredentials } = natsSettingsFrom(parseEnv(natsEnvironment, env));
  return { servers: natsUrl, user: natsUser, password: natsPassword, credentials: natsCredentials };
}
