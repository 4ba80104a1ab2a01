import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@gastown/telemetry";
import { eventually } from "@gastown/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { watchModelKey, type ModelKey } from "./model-key.ts";

const logger = createLogger("test", { level: "silent" });
let folder: string;
let file: string;
let key: ModelKey;
let told: (string | null)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gastown-key-"));
  file = join(folder, "key");
  told = [];
});
afterEach(() => {
  key.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a key of the environment is as it was given", () => {
  key = watchModelKey({ modelKey: "k1" }, { changed: () => undefined, logger });
  expect(key.current()).toBe("k1");
  key = watchModelKey({}, { changed: () => undefined, logger });
  expect(key.current()).toBeNull();
});

test("a key of a file is the newest one in it, however it got there, and each is told once", async () => {
  writeFileSync(file, "k1\n");
  key = watchModelKey({ modelKey: "k1", modelKeyFile: file }, { changed: () => told.push(key.current()), logger });
  writeFileSync(file, "k2\n");
  await eventually(() => expect(key.current()).toBe("k2"));
  writeFileSync(join(folder, "new"), "k3");
  renameSync(join(folder, "new"), file);
  await eventually(() => expect(key.current()).toBe("k3"));
  rmSync(file);
  writeFileSync(file, "");
  writeFileSync(file, "k4");
  await eventually(() => expect(told).toEqual(["k2", "k3", "k4"]));
});
