import { natsEnvironment, natsSettingsFrom, parseEnv, type NatsSettings } from "@gastown/service";
import { z } from "zod";

export interface TownConfig extends NatsSettings {
  databaseUrl: string;
  logLevel?: string | undefined;
  otlpEndpoint?: string | undefined;
}

const environment = z.object({
  ...natsEnvironment.shape,
  DATABASE_URL: z.string().describe("where Postgres is: postgres://user:password@host:5432/database"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
});

/** The configuration in the environment. Throws `ConfigError` naming every variable that is missing or wrong. */
export function configFromEnv(env: Record<string, string | undefined> = process.env): TownConfig {
  const given = parseEnv(environment, env);
  return {
    ...natsSettingsFrom(given),
    databaseUrl: given.DATABASE_URL,
    logLevel: given.LOG_LEVEL,
    otlpEndpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT,
  };
}
