import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadSecrets } from "./secrets.ts";
import { openStateDir, type StateDir } from "./state-dir.ts";

let state: StateDir;
beforeEach(async () => {
  state = await openStateDir(await mkdtemp(join(tmpdir(), "gastown-secrets-")));
});
afterEach(() => rm(state.path, { recursive: true, force: true }));

test("secrets are made once", async () => {
  const first = await loadSecrets(state);
  expect(first.secretKey).toMatch(/^[0-9a-f]{64}$/);
  expect(await loadSecrets(state)).toEqual(first);
});

test("what an earlier version kept stays, and what it did not know is added", async () => {
  const { secretKey: _, busKeys: __, ...kept } = await loadSecrets(state);
  await state.write("secrets.json", { ...kept, nats: { ops: "p1" } });
  const now = await loadSecrets(state);
  expect(now).toEqual({ ...kept, secretKey: now.secretKey, busKeys: now.busKeys });
  expect(now.secretKey).toMatch(/^[0-9a-f]{64}$/);
  expect(await loadSecrets(state)).toEqual(now);
});
