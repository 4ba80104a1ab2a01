import { natsEnvironment, natsSettingsFrom, parseEnv, type NatsSettings } from "@gastown/service";
import { z } from "zod";
import type { SigningKey } from "./install/signer.ts";

/** What a gateway needs to run. Times are milliseconds. */
export interface GatewayConfig extends NatsSettings {
  databaseUrl: string;
  /** The address to listen on; loopback unless somebody decides otherwise. */
  host: string;
  /** 0: a free port. */
  port: number;
  /** The token of the installation's owner, with every right. */
  bootstrapToken: string;
  /** How people reach this gateway, for links; the listening address when not given. */
  publicUrl?: string | undefined;
  /** 64 hexadecimal characters that seal the variables of agents; without it they cannot be set. */
  secretKey?: string | undefined;
  /** The page of the GitHub App, `https://github.com/apps/<slug>`; without it nobody is sent there to install it. */
  githubAppUrl?: string | undefined;
  /** Sign cookies and states; the first one signs, all of them are known. Made from `secretKey` by default. */
  signingKeys?: readonly SigningKey[] | undefined;
  /** How long a write waits for its verdict. */
  verdictTimeoutMs?: number | undefined;
  /** How often stream sockets are pinged and their tokens looked at; one that does not answer until the next is closed. */
  pingMs?: number | undefined;
  /** How long a read waits for its owner. */
  queryTimeoutMs?: number | undefined;
}

/** Tokens travel in headers and in WebSocket subprotocol names, so their alphabet is that of RFC 9110 tokens. */
const token = z
  .string()
  .regex(/^[A-Za-z0-9_.~-]{16,200}$/, "must be 16-200 of A-Z, a-z, 0-9 and _.~- (try: openssl rand -hex 24)");

const signingKeys = z
  .string()
  .regex(
    /^v[0-9]{1,4}:[0-9a-f]{64}(?:,v[0-9]{1,4}:[0-9a-f]{64})*$/i,
    "must be v<number>:<64 hexadecimal characters>, several separated by commas, the one that signs first",
  )
  .transform((list): SigningKey[] =>
    list.split(",").map((key) => {
      const [id = "", hex = ""] = key.split(":");
      return { id: id.toLowerCase(), secret: Buffer.from(hex, "hex") };
    }),
  )
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, "must give each key a number of its own");

const environment = z.object({
  ...natsEnvironment.shape,
  DATABASE_URL: z.string().min(1),
  GATEWAY_HOST: z.string().min(1).default("127.0.0.1"),
  GATEWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(4080),
  GATEWAY_TOKEN: token,
  GATEWAY_PUBLIC_URL: z.url().optional(),
  GASTOWN_SECRET_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal characters (make one with: openssl rand -hex 32)")
    .optional(),
  GATEWAY_GITHUB_APP_URL: z
    .url({ protocol: /^https?$/, message: "must be the http or https URL of the App's page" })
    .transform((value) => value.replace(/\/+$/, ""))
    .optional(),
  GATEWAY_SIGNING_KEYS: signingKeys.optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
});

/** The gateway's configuration and what its process needs besides; a ConfigError names every variable that is wrong. */
export function configFromEnv(
  env: Record<string, string | undefined> = process.env,
): GatewayConfig & { logLevel: string; otlpEndpoint: string | undefined } {
  const read = parseEnv(environment, env);
  return {
    ...natsSettingsFrom(read),
    databaseUrl: read.DATABASE_URL,
    host: read.GATEWAY_HOST,
    port: read.GATEWAY_PORT,
    bootstrapToken: read.GATEWAY_TOKEN,
    publicUrl: read.GATEWAY_PUBLIC_URL,
    secretKey: read.GASTOWN_SECRET_KEY,
    githubAppUrl: read.GATEWAY_GITHUB_APP_URL,
    signingKeys: read.GATEWAY_SIGNING_KEYS,
    logLevel: read.LOG_LEVEL,
    otlpEndpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT,
  };
}
