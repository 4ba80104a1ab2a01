import { sealer } from "@gastown/service";
import { expect, test, vi } from "vitest";
import { envDigest, sealEnv } from "./seal-env.ts";

const key = "0a".repeat(32);
const nothing = () => Promise.reject(new Error("the stored hints are not needed"));

test("values are sealed with the installation's key, null removes one, and nobody is asked for hints", async () => {
  const sealed = await sealEnv({ API_KEY: "sk-0123456789abcd", OLD: null }, key, nothing);
  expect(sealed).toEqual({ API_KEY: { sealed: expect.any(String), hint: "****abcd" }, OLD: null });
  expect(JSON.stringify(sealed)).not.toContain("sk-0123456789");
  expect(sealer(key).open(sealed["API_KEY"]?.sealed ?? "")).toBe("sk-0123456789abcd");
});

test("a value that is the stored one's hint keeps that one", async () => {
  const stored = vi.fn<() => Promise<Record<string, string>>>(() => Promise.resolve({ API_KEY: "****abcd" }));
  expect(await sealEnv({ API_KEY: "****abcd", OTHER: "12345" }, key, stored)).toEqual({
    OTHER: { sealed: expect.any(String), hint: "****" },
  });
  expect(await sealEnv({ API_KEY: "****abcd" }, undefined, stored)).toEqual({});
  expect(stored).toHaveBeenCalledTimes(2);
});

test.each([
  ["of another value", { API_KEY: "****wxyz" }],
  ["of a variable that is not there", { NEW: "****" }],
])("a hint %s is refused: nothing is stored that only looks like a secret", async (_, env) => {
  const refused = sealEnv(env, key, () => Promise.resolve({ API_KEY: "****abcd" }));
  await expect(refused).rejects.toMatchObject({
    code: "invalid",
    options: { errors: [{ field: `env.${Object.keys(env)[0]}`, reason: expect.stringContaining("hidden") }] },
  });
});

test("without a key nothing can be set, and what to configure is said; removing needs none", async () => {
  await expect(sealEnv({ A: "x" }, undefined, nothing)).rejects.toMatchObject({
    code: "no_secret_key",
    status: 503,
    options: { errors: [{ reason: expect.stringContaining("GASTOWN_SECRET_KEY") }] },
  });
  expect(await sealEnv({ A: null }, undefined, nothing)).toEqual({ A: null });
});

test("a value too large is named, not repeated", async () => {
  const text = "ä".repeat(30_000);
  await expect(sealEnv({ A: text }, key, nothing)).rejects.toMatchObject({
    options: { errors: [{ field: "env.A", reason: expect.not.stringContaining("ää") }] },
  });
});

test("two changes are told apart by a digest that says nothing without the key", () => {
  const digest = envDigest({ A: "x", B: null }, key);
  expect(digest).toEqual(envDigest({ A: "x", B: null }, key));
  expect(digest).not.toEqual(envDigest({ A: "y", B: null }, key));
  expect(digest).not.toEqual(envDigest({ A: "x", B: null }, "0b".repeat(32)));
  expect(digest["B"]).toBeNull();
});
