import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installationId } from "./installation-id.ts";

test("an installation has one id, also when two dispatchers ask for it first at the same time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gastown-installation-"));
  const stateDir = join(folder, "state");
  const [one, two] = await Promise.all([installationId(stateDir), installationId(stateDir)]);
  expect(one).toMatch(/^[0-9a-f]{12}$/);
  expect(two).toBe(one);
  expect(await installationId(stateDir)).toBe(one);
  expect(await readdir(stateDir)).toEqual(["_installation"]);
  expect(await installationId(folder)).not.toBe(one);
  await rm(folder, { recursive: true });
});
