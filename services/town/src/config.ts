import { parseEnv } from "@gastown/service";
import { z } from "zod";

export interface TownConfig {
  natsUrl: string;
  natsUser?: string | undefined;
  natsPassword?: string | undefined;
  /** What a `.creds` file of NATS holds, in the place of a user and a password. */
  natsCredentials?: string | undefined;
  databaseUrl: string;
  logLevel?: string | undefined;
  otlpEndpoint?: string | undefined;
}

const environment = z.object({
  NATS_URL: z.string().min(1).describe("where NATS is: nats://host:4222"),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: z.string().optional(),
  NATS_CREDENTIALS: z.string().optional().describe("what a .creds file of NATS holds; NATS_CREDENTIALS_FILE names one"),
  DATABASE_URL: z.string().describe("where Postgres is: postgres://user:password@host:5432/database"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
});

/** The configuration in the environment. Throws `ConfigError` naming every variable that is missing or wrong. */
export function configFromEnv(env: Record<string, string | undefined> = process.env): TownConfig {
  const given = parseEnv(environment, env);
  return {
    natsUrl: given.NATS_URL,
    natsUser: given.NATS_USER,
    natsPassword: given.NATS_PASSWORD,
    natsCredentials: given.NATS_CREDENTIALS,
    databaseUrl: given.DATABASE_URL,
    logLevel: given.LOG_LEVEL,
    otlpEndpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT,
  };
}
