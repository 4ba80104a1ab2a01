// Whether an engine that answers can do what our containers need: some machines let it start, and refuse its containers.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";

const image = "gastown-probe";
const probeMs = 30_000;
/** Debian's docker.io brings it: a program that needs no library, and so an image of one file. */
const program = "/usr/bin/tini-static";
/** The limits of services/dispatcher/src/runtime/docker/container-options.ts, which need cgroups, namespaces and a layered root. */
const limits = ["--network=none", "--read-only", "--memory=64m", "--pids-limit=16", "--cpus=0.5", "--tmpfs=/tmp"];
const closed = ["--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=1000:1000"];

/** Runs one small container there; answers why it did not run, or nothing when it did. */
export function probeEngine(host, env) {
  const options = { env: { ...env, DOCKER_HOST: host }, timeout: probeMs };
  if (!existsSync(program)) return ""; // nothing to try it with: the first container will tell
  const tar = spawnSync("tar", ["-C", dirname(program), "-cf", "-", basename(program)], options);
  const docker = (args, input) => spawnSync("docker", args, { ...options, input, encoding: "utf8" });
  const imported = docker(["import", "-", image], tar.stdout);
  if (imported.status !== 0) return `it takes no image: ${lastWords(imported)}`;
  const ran = docker(["run", "--rm", ...limits, ...closed, image, `/${basename(program)}`, "--version"]);
  docker(["image", "rm", "--force", image]);
  return ran.status === 0 ? "" : `it runs no container: ${lastWords(ran)}`;
}

/** The last line it wrote, but for the one that says where help is. */
function lastWords({ error, stderr }) {
  const lines = (stderr ?? "").split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Run 'docker"));
  return error?.message ?? lines.at(-1) ?? "";
}
