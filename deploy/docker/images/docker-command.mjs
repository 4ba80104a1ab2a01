// The docker command, on one engine.
import { spawn, spawnSync } from "node:child_process";

/** Runs docker; `ask` answers what it wrote, or null when it failed; `run` throws then, with its last words. */
export function createDocker(host) {
  // The classic builder: it is in every engine, and the images need nothing more.
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: "0" };
  return {
    env,
    ask(...args) {
      const { status, stdout } = spawnSync("docker", args, { env, encoding: "utf8" });
      return status === 0 ? stdout.trim() : null;
    },
    run(...args) {
      const { status, stdout, stderr, error } = spawnSync("docker", args, { env, encoding: "utf8", maxBuffer: 1 << 26 });
      if (status === 0) return stdout.trim();
      const words = `${stdout ?? ""}\n${stderr ?? ""}`.trim().split("\n").slice(-12).join("\n");
      throw new Error(`docker ${args[0]} failed${error ? ` (${error.message})` : ""}:\n${words}`);
    },
  };
}

/** Runs two programs, the output of the first going to the second. Throws when one of them fails. */
export function pipeline(first, second, env = process.env) {
  return new Promise((resolve, reject) => {
    const from = spawn(first[0], first.slice(1), { env, stdio: ["ignore", "pipe", "pipe"] });
    const to = spawn(second[0], second.slice(1), { env, stdio: [from.stdout, "ignore", "pipe"] });
    from.stdout.destroy(); // the second program has it now
    const words = [];
    for (const child of [from, to]) child.stderr.on("data", (chunk) => words.push(String(chunk)));
    let left = 2;
    let failed = null;
    const end = (name) => (code) => {
      if (code !== 0) failed ??= `${name} failed (${code})`;
      left -= 1;
      if (left > 0) return;
      if (failed === null) resolve();
      else reject(new Error(`${failed}:\n${words.join("").trim().split("\n").slice(-12).join("\n")}`));
    };
    for (const [child, name] of [
      [from, first[0]],
      [to, second[0]],
    ]) {
      child.once("error", reject);
      child.once("exit", end(name));
    }
  });
}
