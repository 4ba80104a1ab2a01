import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ConfigError, parseEnv } from "./parse-env.ts";

const schema = z.object({
  NATS_URL: z.string().describe("where NATS is, nats://host:port"),
  PORT: z.coerce.number().int().max(65_535).default(3_000),
  TOKEN: z.string().min(20, "must have 20 characters or more"),
  LOG_LEVEL: z.enum(["info", "debug"]).optional(),
});
const good = { NATS_URL: "nats://x", TOKEN: "a".repeat(20) };

test("gives what is set, and defaults for what is not", () => {
  expect(parseEnv(schema, { ...good, OTHER: "x" })).toEqual({ ...good, PORT: 3_000 });
  expect(parseEnv(schema, { ...good, PORT: "80" }).PORT).toBe(80);
});

test("a variable set to nothing is not set", () => {
  expect(parseEnv(schema, { ...good, PORT: "", LOG_LEVEL: "" })).toEqual({ ...good, PORT: 3_000 });
});

const wrong = () => parseEnv(schema, { TOKEN: "my-secret", PORT: "x" });
test("names every wrong variable, why, and what it is for, but not its value", () => {
  expect(wrong).toThrow(ConfigError);
  expect(wrong).toThrow("NATS_URL: is not set (where NATS is, nats://host:port)");
  expect(wrong).toThrow("TOKEN: must have 20 characters or more");
  expect(wrong).toThrow("PORT: ");
  expect(wrong).not.toThrow("my-secret");
});

test("a variable may be the text of a file, which is given once and can be read", () => {
  const folder = mkdtempSync(join(tmpdir(), "gastown-env-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "token");
  writeFileSync(file, `${good.TOKEN}\n`);
  const { TOKEN: _, ...others } = good;
  expect(parseEnv(schema, { ...others, TOKEN_FILE: file })).toMatchObject(good);
  expect(() => parseEnv(schema, { ...good, TOKEN_FILE: file })).toThrow("TOKEN_FILE: set either this or TOKEN");
  const missing = () => parseEnv(schema, { ...others, TOKEN_FILE: join(folder, "none") });
  expect(missing).toThrow(/TOKEN_FILE: ENOENT/);
  expect(missing).not.toThrow("TOKEN: is not set");
  // Read as the variable is: what is wrong with it is said without its value.
  writeFileSync(file, "my-secret");
  const short = () => parseEnv(schema, { ...others, TOKEN_FILE: file });
  expect(short).toThrow("TOKEN: must have 20 characters or more");
  expect(short).not.toThrow("my-secret");
});
