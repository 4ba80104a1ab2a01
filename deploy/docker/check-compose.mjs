// Checks docker-compose.yml with a real compose implementation: `docker-compose` (1.29, Debian's) or `docker compose`.
//   node deploy/docker/check-compose.mjs
// Ends with 0 when it is accepted and safe, or, with a printed reason, when there is no implementation here.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const file = join(root, "docker-compose.yml");
const folder = mkdtempSync(join(tmpdir(), "gastown-compose-"));
const { PATH, HOME } = process.env;

function run(command, args) {
  return spawnSync(command, args, { cwd: root, encoding: "utf8", env: { PATH, HOME }, timeout: 60_000 });
}

function findCompose() {
  if (run("docker-compose", ["version"]).status === 0) return ["docker-compose"];
  return run("docker", ["compose", "version"]).status === 0 ? ["docker", "compose"] : null;
}

/** What compose makes of the file with these variables. */
function config([command, ...first], variables) {
  const env = join(folder, "env");
  writeFileSync(
    env,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  return run(command, [...first, "--env-file", env, "-f", file, "config"]);
}

/** The variables of .env.example, the empty ones filled in. */
function exampleVariables() {
  const lines = readFileSync(join(root, ".env.example"), "utf8").matchAll(/^([A-Z_]+)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value || `filled-in-${name.toLowerCase()}`]));
}

function* problems(compose) {
  const variables = exampleVariables();
  const accepted = config(compose, variables);
  if (accepted.status !== 0) {
    yield `it is refused: ${accepted.stderr}`;
    return;
  }
  const demanded = [...readFileSync(file, "utf8").matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name);
  for (const name of new Set(demanded)) {
    const { [name]: _, ...others } = variables;
    const without = config(compose, others);
    if (without.status === 0) yield `it is accepted without ${name}`;
    else if (!without.stderr.includes(name)) yield `without ${name} it does not say so: ${without.stderr}`;
  }
  for (const [, name] of readFileSync(file, "utf8").matchAll(/\$\{([A-Z_]+)[:?-]/g)) {
    if (!(name in variables) && name !== "LOG_LEVEL") yield `${name} is not in .env.example`;
  }
  for (const [, port] of readFileSync(file, "utf8").matchAll(/^\s+- "([^"]*:\d+)"$/gm)) {
    if (!port.startsWith("127.0.0.1:")) yield `port ${port} is open to the network`;
  }
}

const compose = findCompose();
if (compose === null) {
  console.log("skipped: neither docker-compose nor docker compose is here (Debian: apt-get install docker-compose)");
} else {
  try {
    const found = [...problems(compose)];
    for (const problem of found) console.error(`docker-compose.yml: ${problem}`);
    process.exitCode = found.length === 0 ? 0 : 1;
    if (found.length === 0)
      console.log(`docker-compose.yml is accepted by ${compose.join(" ")} and asks for every secret`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
