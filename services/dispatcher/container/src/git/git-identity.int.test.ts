import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { statePaths } from "../state-paths.ts";
import { gitEnvironment } from "./git-identity.ts";
import { runGit, tryGit } from "./run-git.ts";

test("who has no repository of its own does not find the one that the state lies in", async () => {
  const checkout = mkdtempSync(join(tmpdir(), "gastown-checkout-"));
  onTestFinished(() => rmSync(checkout, { recursive: true, force: true }));
  const paths = statePaths(join(checkout, ".gastown", "agents", "town"));
  const below = join(paths.desk("gt-1"), "notes");
  for (const folder of [paths.home("gt-1"), below]) mkdirSync(folder, { recursive: true });
  const identity = gitEnvironment({ home: paths.home("gt-1"), name: "Mayor", email: "mayor@gastown.local" });
  const env = { PATH: process.env["PATH"] ?? "", ...identity };
  const at = (cwd: string) => ({ user: null, cwd, env, signal: new AbortController().signal, timeoutMs: 10_000 });
  await runGit(at(checkout), "init", "--quiet");
  expect(await tryGit(at(checkout), "rev-parse", "--is-inside-work-tree")).toBe("true");
  for (const folder of [paths.desk("gt-1"), below, paths.home("gt-1")])
    expect(await tryGit(at(folder), "rev-parse", "--is-inside-work-tree")).toBeNull();
});
