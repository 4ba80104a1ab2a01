// Brings docker-compose.yml up for real, with images made on this machine, and looks whether it works:
//   npm run test:compose      or      node deploy/docker/test-compose.mjs [--keep]      (--help says more)
// Plain JavaScript for any Node >= 20.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checks } from "./compose-test/checks.mjs";
import { findCompose } from "./compose-test/find-compose.mjs";
import { freePort } from "./compose-test/free-port.mjs";
import { createDocker } from "./images/docker-command.mjs";
import { engineHost } from "./engine/engine-host.mjs";

const help = `Usage: node deploy/docker/test-compose.mjs [--keep]

Starts docker-compose.yml under a name of its own with the images of build-images.mjs (make them first), waits until every service is
healthy, asks the gateway, has the dispatcher start a container for a town through the engine's guard, tries what the guard must
refuse, and takes everything down again (--keep: leaves it running).

Ends with 0 when all of it is right, with 3, saying SKIPPED and the reason, where there is no engine or no compose.`;

const healthyMs = 240_000;
const root = new URL("../..", import.meta.url).pathname;
const [flag] = process.argv.slice(2);

class Skipped extends Error {}

function say(line) {
  console.log(`compose: ${line}`);
}

function secret() {
  return `p${randomBytes(16).toString("hex")}`;
}

/** The variables of .env.example, secrets and free ports filled in. */
async function variables(installation, host) {
  const lines = readFileSync(join(root, ".env.example"), "utf8").matchAll(/^([A-Z_]+)=(.*)$/gm);
  return {
    ...Object.fromEntries([...lines].map(([, name, value]) => [name, value || secret()])),
    GASTOWN_SECRET_KEY: randomBytes(32).toString("hex"),
    GASTOWN_INSTALLATION: installation,
    GASTOWN_AGENT_MEMORY_MB: "512",
    GASTOWN_EGRESS: "",
    GATEWAY_PORT: String(await freePort()),
    SCM_PORT: String(await freePort()),
    MODEL_URL: "http://model.invalid/v1",
    DOCKER_SOCKET: host.replace("unix://", ""),
  };
}

/** Compose on this project: `run` throws with its last words. */
function createProject({ command, docker, installation, env, folder }) {
  const file = join(folder, "env");
  writeFileSync(
    file,
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
    { mode: 0o600 },
  );
  const files = ["-f", join(root, "docker-compose.yml"), "-f", join(root, "deploy/docker/compose.local.yml")];
  const given = ["--project-name", installation, "--project-directory", root, "--env-file", file, ...files];
  return { run: (...args) => docker.runProgram(command[0], [...command.slice(1), ...given, ...args]) };
}

async function untilHealthy(project, docker) {
  const ids = project.run("ps", "--quiet").split("\n").filter(Boolean);
  const format =
    "{{.Name}} {{.State.Status}} {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}";
  for (const until = Date.now() + healthyMs; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const states = ids.map((id) => docker.run("inspect", "--format", format, id).replace(/^\//, "").split(" "));
    const waiting = states.filter(
      ([, status, code, health]) => !(health === "healthy" || (status === "exited" && code === "0")),
    );
    if (waiting.length === 0) return states.length;
    if (Date.now() > until) throw new Error(`not healthy: ${waiting.map((words) => words.join(" ")).join("; ")}`);
  }
}

async function test() {
  const host = await engineHost();
  if (host === null) throw new Skipped("no Docker engine answers: node deploy/docker/start-engine.mjs");
  if (!host.startsWith("unix://"))
    throw new Skipped(`the engine at ${host} has no socket here that the guard could be given`);
  const docker = createDocker(host);
  const command = findCompose(docker);
  if (command === null) throw new Skipped("neither docker-compose nor docker compose is here");
  const missing = ["gastown", "gastown-agent", "gastown-nats", "gastown-postgres"].filter(
    (image) => docker.ask("image", "inspect", image) === null,
  );
  if (missing.length > 0) throw new Skipped(`no image ${missing.join(", ")}: node deploy/docker/build-images.mjs`);
  const installation = `compose-${randomBytes(3).toString("hex")}`;
  const folder = mkdtempSync(join(tmpdir(), "gastown-compose-"));
  const env = await variables(installation, host);
  const project = createProject({ command, docker, installation, env, folder });
  const began = Date.now();
  const since = () => `${Math.round((Date.now() - began) / 100) / 10} s`;
  try {
    project.run("up", "--detach", "--no-build");
    say(`${await untilHealthy(project, docker)} containers are up and healthy after ${since()}`);
    for (const { what, check } of checks) {
      await check({ project, docker, installation, env });
      say(`${what} (${since()})`);
    }
  } catch (error) {
    console.error(project.run("logs", "--no-color", "--tail=40"));
    throw error;
  } finally {
    if (flag === "--keep") say(`left running: project ${installation}, variables in ${folder}/env`);
    else {
      project.run("down", "--volumes", "--timeout", "60");
      rmSync(folder, { recursive: true, force: true });
      docker.sweep(installation);
      say(`taken down after ${since()}`);
    }
  }
}

if (flag !== undefined && flag !== "--keep") console.log(help);
else {
  try {
    await test();
  } catch (error) {
    console.error(`compose: ${error instanceof Skipped ? "SKIPPED: " : ""}${error.message}`);
    process.exitCode = error instanceof Skipped ? 3 : 1;
  }
}
