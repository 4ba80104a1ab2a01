import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describeOnDocker, findDockerEngine } from "@gastown/testkit";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../test-compose.mjs", import.meta.url));
const images = ["gastown", "gastown-agent", "gastown-nats", "gastown-postgres"];
/** What the script ends with where there is nothing to bring it up with. */
const skipped = 3;

describeOnDocker("docker-compose.yml", await findDockerEngine(images), (host) => {
  test("comes up on this engine, works, and goes down again", { timeout: 420_000 }, async ({ skip }) => {
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, DOCKER_HOST: host },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += String(data)));
    const [code] = (await once(child, "close")) as [number | null];
    if (code === skipped && process.env["GASTOWN_TEST_DOCKER"] !== "required") skip(output);
    expect(code === 0 ? "it works" : output).toBe("it works");
  });
});
