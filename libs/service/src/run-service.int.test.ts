import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "@gastown/testkit";
import { expect, onTestFinished, test } from "vitest";

const program = fileURLToPath(new URL("test/service-worker.ts", import.meta.url));

function run(mode: string) {
  const child = spawn(process.execPath, [program, mode], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { out: "", log: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.log += chunk.toString()));
  return {
    said,
    until: (text: string) => eventually(() => expect(said.out + said.log).toContain(text)),
    signal: (name: NodeJS.Signals) => child.kill(name),
    ended: async () => {
      if (child.exitCode === null && child.signalCode === null) await once(child, "close");
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

test("an exception nobody caught ends the process, a rejection nobody handled is told", async () => {
  const thrower = run("throws aside");
  expect(await thrower.ended()).toBe(1);
  expect(thrower.said.log).toContain("was not caught");
  const rejecter = run("rejects aside");
  await rejecter.until("was not handled");
  rejecter.signal("SIGTERM");
  expect(await rejecter.ended()).toBe(0);
});
