import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startNats } from "@gastown/testkit";
import { expect, onTestFinished, test } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

test("a host that cannot begin, for its agent program is not there, ends at once and says what to do", async () => {
  const nats = await startNats();
  const stateDir = mkdtempSync(join(tmpdir(), "gastown-main-"));
  onTestFinished(async () => {
    await nats.close();
    rmSync(stateDir, { recursive: true, force: true });
  });
  const config = {
    town: "alpha",
    container: "alpha-1",
    stateDir,
    natsUrl: nats.url,
    inboxPrefix: "_INBOX_alpha",
    model: { url: "http://127.0.0.1:9/v1", name: "none" },
    agentBin: "/nowhere/opencode",
  };
  const host = spawn(process.execPath, [main], { stdio: ["pipe", "ignore", "pipe"] });
  let log = "";
  host.stderr.on("data", (data: Buffer) => (log += data.toString()));
  host.stdin.end(`${JSON.stringify(config)}\n`);
  // One that hangs is ended here, and has no exit code.
  const late = setTimeout(() => host.kill("SIGKILL"), 30_000);
  await once(host, "close");
  clearTimeout(late);
  expect({ code: host.exitCode, log }).toEqual({
    code: 1,
    log: expect.stringMatching(/\/nowhere\/opencode cannot be executed.*GASTOWN_AGENT_BIN/),
  });
});
