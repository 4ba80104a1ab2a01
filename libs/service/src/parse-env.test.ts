import { expect, test } from "vitest";
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
