import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "@gastown/testkit";
import { expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });
const program = fileURLToPath(new URL("test/crashing-process.ts", import.meta.url));

/** Starts the process that fails in this way, with telemetry on (nobody listens); its log lines as they come. */
function startCrashing(how: "reject" | "throw") {
  const child = spawn(process.execPath, [program, how, "http://127.0.0.1:1"], { stdio: ["ignore", "ignore", "pipe"] });
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.startsWith("{")) lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  return { child, lines, said: (message: string) => lines.find(({ msg }) => msg === message) };
}

test("a rejection that nobody handles is logged with stack, town and trace, and the process lives on", async () => {
  const { child, said } = startCrashing("reject");
  await eventually(() => expect(said("alive")).toBeDefined(), { timeoutMs: 30_000 });
  const line = said("a rejected promise was not handled");
  expect(line).toMatchObject({
    level: "error",
    town: "alpha",
    agents: 3,
    error: { message: "nobody waits for me", stack: expect.stringContaining("loseAPromise") },
  });
  expect(line?.["trace_id"]).toMatch(/^[0-9a-f]{32}$/);
  expect(line?.["trace_id"]).toBe(said("in a trace")?.["traceId"]);
  child.kill("SIGTERM");
  await once(child, "exit");
  expect(child.exitCode).toBe(0);
});

test("an exception that nobody catches ends the process with 1, and is logged before", async () => {
  const { child, said } = startCrashing("throw");
  await once(child, "close");
  expect(child.exitCode).toBe(1);
  expect(said("an exception was not caught")).toMatchObject({
    town: "alpha",
    uptimeMs: expect.any(Number),
    error: { message: "nobody catches me", stack: expect.stringContaining("crashing-process") },
  });
});
