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

const wrong = () => configFromEnv({ NATS_URL: "", GATEWAY_TOKEN: "short secret", GATEWAY_PORT: "x" });

test("every wrong variable is named, and no value is repeated", () => {
  expect(wrong).toThrow(ConfigError);
  for (const name of ["NATS_URL", "DATABASE_URL", "GATEWAY_TOKEN", "GATEWAY_PORT"]) expect(wrong).toThrow(name);
  expect(wrong).not.toThrow("short secret");
});
