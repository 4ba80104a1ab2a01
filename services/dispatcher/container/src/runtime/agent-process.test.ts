import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startAgentProcess } from "./agent-process.ts";

test("a program whose record cannot be written is not left running", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gastown-agent-process-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const mark = randomUUID();
  const what = {
    command: process.execPath,
    args: ["-e", "setInterval(() => {}, 1000)", mark],
    env: {},
    home: { folders: [], files: [] },
    talks: false,
  };
  const launch = {
    agent: "gt-1",
    user: null,
    role: "polecat" as const,
    cwd: folder,
    home: folder,
    env: {},
    model: { url: "http://127.0.0.1:9", token: "t", name: "m" },
    tools: { url: "http://127.0.0.1:9", token: "t" },
    readOnly: false,
    logFile: join(folder, "log.txt"),
    recordFile: join(folder, "missing", "record.json"),
  };
  await expect(startAgentProcess(what, launch)).rejects.toMatchObject({ name: "StartError", kind: "unavailable" });
  expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(mark);
});
