import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { natsEnvironment, natsSettingsFrom } from "./nats-environment.ts";
import { parseEnv } from "./parse-env.ts";

const read = (env: Record<string, string>) => natsSettingsFrom(parseEnv(natsEnvironment, env));

test.each([
  ["its address alone", { NATS_URL: "nats://a:1" }, { natsUrl: "nats://a:1" }],
  [
    "a user with a password",
    { NATS_URL: "nats://a:1", NATS_USER: "town", NATS_PASSWORD: "p" },
    { natsUrl: "nats://a:1", natsUser: "town", natsPassword: "p" },
  ],
  [
    "credentials, and what compose leaves empty",
    { NATS_URL: "nats://a:1", NATS_USER: "", NATS_PASSWORD: "", NATS_CREDENTIALS: "creds" },
    { natsUrl: "nats://a:1", natsCredentials: "creds" },
  ],
])("NATS is told by %s", (_what, env, settings) => {
  expect(read(env)).toEqual(settings);
});

test("what is missing is said with what it is for", () => {
  expect(() => read({})).toThrow("NATS_URL: is not set (where NATS is: nats://host:4222)");
});

test("a file with nothing in it is no password, and no credentials", () => {
  const folder = mkdtempSync(join(tmpdir(), "gastown-nats-env-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const empty = join(folder, "empty");
  writeFileSync(empty, "\n");
  const env = { NATS_URL: "nats://a:1", NATS_PASSWORD_FILE: empty, NATS_CREDENTIALS_FILE: empty };
  expect(() => read(env)).toThrow("NATS_PASSWORD: is empty (of NATS_USER)");
  expect(() => read(env)).toThrow("NATS_CREDENTIALS: is empty (what a .creds file of NATS holds");
});
