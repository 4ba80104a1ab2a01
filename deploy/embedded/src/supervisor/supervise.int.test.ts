import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@gastown/testkit";
import { expect, onTestFinished, test } from "vitest";

const program = fileURLToPath(new URL("test/supervise-worker.ts", import.meta.url));

/** A supervisor whose process behaves at its n-th start as the n-th word says. */
function start(...behaviours: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "gastown-supervise-"));
  const file = join(folder, "notes");
  writeFileSync(file, "");
  const child = spawn(process.execPath, [program, file, ...behaviours], { stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return {
    child,
    ended: once(child, "close").then(([code]) => code as number | null),
    said: () => said,
    notes: () => readFileSync(file, "utf8").replaceAll(/ \d+/g, "").split("\n").filter(Boolean),
  };
}

test("a first start that fails is not tried again, and its exit code is passed on", async () => {
  const { ended, notes, said } = start("fails", "runs");
  expect(await ended).toBe(3);
  expect(notes()).toEqual(["started"]);
  expect(said()).toBe("");
});

test("what died is started again, also to be stopped well when that is wished meanwhile; a start that failed between is no end", async () => {
  const { child, ended, notes, said } = start("dies", "fails", "runs");
  await eventually(() => expect(said()).toContain("exit code 3; it is started again in 2 s"));
  expect(said()).toContain("was killed by SIGKILL; it is started again in 1 s");
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(notes()).toEqual(["started", "started", "started", "stopped"]);
});

test("one whose supervisor is killed stops", async () => {
  const { child, notes } = start("runs");
  await eventually(() => expect(notes()).toEqual(["started"]));
  child.kill("SIGKILL");
  await eventually(() => expect(notes()).toEqual(["started", "stopped"]));
});
