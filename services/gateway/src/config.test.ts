import { ConfigError } from "@gastown/service";
import { expect, test } from "vitest";
import { configFromEnv } from "./config.ts";

const good = { NATS_URL: "nats://127.0.0.1:4222", DATABASE_URL: "postgres://x", GATEWAY_TOKEN: "0123456789abcdef" };

test("listens on loopback unless somebody says otherwise", () => {
  expect(configFromEnv(good)).toMatchObject({ host: "127.0.0.1", port: 4080, bootstrapToken: good.GATEWAY_TOKEN });
  expect(configFromEnv({ ...good, GATEWAY_HOST: "0.0.0.0", GATEWAY_PORT: "80" })).toMatchObject({
    host: "0.0.0.0",
    port: 80,
  });
});

test("a key for secrets is one, or is not given", () => {
  expect(configFromEnv(good).secretKey).toBeUndefined();
  const secretKey = "0a".repeat(32);
  expect(configFromEnv({ ...good, GASTOWN_SECRET_KEY: secretKey })).toMatchObject({ secretKey });
  expect(() => configFromEnv({ ...good, GASTOWN_SECRET_KEY: "too short" })).toThrow("GASTOWN_SECRET_KEY");
});

const wrong = () => configFromEnv({ NATS_URL: "", GATEWAY_TOKEN: "short secret", GATEWAY_PORT: "x" });

test("every wrong variable is named, and no value is repeated", () => {
  expect(wrong).toThrow(ConfigError);
  for (const name of ["NATS_URL", "DATABASE_URL", "GATEWAY_TOKEN", "GATEWAY_PORT"]) expect(wrong).toThrow(name);
  expect(wrong).not.toThrow("short secret");
});
