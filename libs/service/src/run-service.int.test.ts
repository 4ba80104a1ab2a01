import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "@gastown/testkit";
import { expect, onTestFinished, test } from "vitest";

const program = fileURLToPath(new URL("test/service-worker.ts", import.meta.url));

function run(mode: string) {
  const child = spawn(process.execPath, [program, mode], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  // All it said has come when its streams are closed, which is after its end.
  const closed = once(child, "close");
  const said = { out: "", log: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.log += chunk.toString()));
  return {
    said,
    until: (text: string) => eventually(() => expect(said.out + said.log).toContain(text)),
    /** The line of the log with this message. */
    line: (message: string): unknown =>
      said.log
        .split("\n")
        .filter((text) => text.startsWith("{"))
        .map((text) => JSON.parse(text) as { msg: string })
        .find(({ msg }) => msg === message),
    signal: (name: NodeJS.Signals) => child.kill(name),
    ended: async () => {
      await closed;
      return child.exitCode;
    },
  };
}

test.each(["SIGTERM", "SIGINT"] as const)("%s drains and ends well", async (signal) => {
  const service = run("normal");
  await service.until("started");
  service.signal(signal);
  expect(await service.ended()).toBe(0);
  expect(service.said.out).toBe("started\ndrained\n");
});

test("a start that waits is given up", async () => {
  const service = run("waits at start");
  await service.until("waiting");
  service.signal("SIGTERM");
  expect(await service.ended()).toBe(0);
  expect(service.said.log).not.toContain('"level":"error"');
});

test("a wrong configuration is told in words, without a stack", async () => {
  const service = run("bad config");
  expect(await service.ended()).toBe(1);
  expect(service.said.log).toContain("PORT: is not set");
  expect(service.said.log).not.toContain("at start");
});

test("a service that fails by itself is drained, and the process ends with an error", async () => {
  const service = run("fails later");
  expect(await service.ended()).toBe(1);
  expect(service.said.log).toContain("lost its mind");
  expect(service.said.out).toContain("drained");
});

test("an exception nobody caught is told and ends the process", async () => {
  const thrower = run("throws aside");
  expect(await thrower.ended()).toBe(1);
  expect(thrower.line("an exception was not caught")).toMatchObject({
    level: "error",
    uptimeMs: expect.any(Number),
    error: { message: "aside", stack: expect.stringContaining("service-worker") },
  });
});

test("a rejection nobody handled is told with its stack, town and trace, and the service goes on", async () => {
  const rejecter = run("rejects aside");
  await rejecter.until("was not handled");
  expect(rejecter.line("a rejected promise was not handled")).toMatchObject({
    level: "error",
    town: "alpha",
    error: { message: "nobody waits for me", stack: expect.stringContaining("loseAPromise") },
    trace_id: rejecter.said.out.split("\n")[0],
  });
  rejecter.signal("SIGTERM");
  expect(await rejecter.ended()).toBe(0);
  expect(rejecter.said.out).toMatch(/^[0-9a-f]{32}\nstarted\ndrained\n$/);
});
