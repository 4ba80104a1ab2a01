import { z } from "zod";
import { parseEnv } from "../parse-env.ts";
import type { LifeOptions } from "./service-life.ts";

/** How every service is told where NATS is; each variable also as `NAME_FILE`. */
const environment = z.object({
  NATS_URL: z.string().min(1),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: z.string().optional(),
  NATS_CREDENTIALS: z.string().optional(),
});

/** How NATS is reached by this environment, whatever else is wrong in it. Throws ConfigError. */
export function busIn(env: Record<string, string | undefined>): LifeOptions["bus"] {
  const given = parseEnv(environment, env);
  return {
    servers: given.NATS_URL,
    user: given.NATS_USER,
    password: given.NATS_PASSWORD,
    credentials: given.NATS_CREDENTIALS,
  };
}
