import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findServerFile, settingsOf } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "gastown-cli-"));
mkdirSync(join(folder, ".gastown"));
mkdirSync(join(folder, "a", "b"), { recursive: true });
const path = join(folder, ".gastown", "server.json");
writeFileSync(path, JSON.stringify({ url: "http://127.0.0.1:1", token: "t", town: "lab" }));

test("the file is found from below, and not from elsewhere", () => {
  expect(findServerFile(join(folder, "a", "b"))).toEqual({ path, url: "http://127.0.0.1:1", token: "t", town: "lab" });
  expect(findServerFile(tmpdir())).toBeNull();
});

test("flags come before the environment", () => {
  const env = { GASTOWN_URL: "http://env", GASTOWN_TOKEN: "e", GASTOWN_TOWN: "et" };
  expect(settingsOf({}, env)).toMatchObject({ url: "http://env", token: "e", town: "et" });
  expect(settingsOf({ url: "http://flag", town: "ft" }, env)).toMatchObject({
    url: "http://flag",
    token: "e",
    town: "ft",
  });
  expect(() => settingsOf({ url: "no url", token: "x" }, {})).toThrow("is not a URL");
});

test("a file that is broken says so", () => {
  mkdirSync(join(folder, "broken", ".gastown"), { recursive: true });
  writeFileSync(join(folder, "broken", ".gastown", "server.json"), "{");
  expect(() => findServerFile(join(folder, "broken"))).toThrow("is not JSON");
});
