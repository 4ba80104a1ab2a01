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

test("keys for signing are read in order, and each has a name of its own", () => {
  const [one, two] = ["0a".repeat(32), "0B".repeat(32)];
  expect(configFromEnv(good).signingKeys).toBeUndefined();
  expect(configFromEnv({ ...good, GATEWAY_SIGNING_KEYS: `v2:${two},V1:${one}` }).signingKeys).toEqual([
    { id: "v2", secret: Buffer.from(two, "hex") },
    { id: "v1", secret: Buffer.from(one, "hex") },
  ]);
  for (const list of [one, `v1:${one},`, `v1:${one},v1:${two}`, `k1:${one}`, "v1:00"])
    expect(() => configFromEnv({ ...good, GATEWAY_SIGNING_KEYS: list })).toThrow("GATEWAY_SIGNING_KEYS");
});

test("the App's page is an http address without a slash at its end", () => {
  const githubAppUrl = "https://github.com/apps/gastown";
  expect(configFromEnv({ ...good, GATEWAY_GITHUB_APP_URL: `${githubAppUrl}/` })).toMatchObject({ githubAppUrl });
  expect(() => configFromEnv({ ...good, GATEWAY_GITHUB_APP_URL: "javascript:alert(1)" })).toThrow(
    "GATEWAY_GITHUB_APP_URL",
  );
});

const wrong = () => configFromEnv({ NATS_URL: "", GATEWAY_TOKEN: "short secret", GATEWAY_PORT: "x" });

test("every wrong variable is named, and no value is repeated", () => {
  expect(wrong).toThrow(ConfigError);
  for (const name of ["NATS_URL", "DATABASE_URL", "GATEWAY_TOKEN", "GATEWAY_PORT"]) expect(wrong).toThrow(name);
  expect(wrong).not.toThrow("short secret");
});
