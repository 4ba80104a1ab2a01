// The docker command, on one engine.
import { spawn, spawnSync } from "node:child_process";

const lastWords = 12;

/**
 * Runs docker, or another program, on that engine. `ask` answers what it wrote, or null when it failed; `words` both its outputs;
 * `run` throws with its last words when it failed.
 */
export function createDocker(host) {
  // The classic builder: it is in every engine, and the images need nothing more.
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: "0" };
  const start = (program, args) => spawnSync(program, args, { env, encoding: "utf8", maxBuffer: 1 << 26 });
  const askProgram = (program, args) => {
    const { status, stdout } = start(program, args);
    return status === 0 ? stdout.trim() : null;
  };
  const runProgram = (program, args) => {
    const { status, stdout, stderr, error } = start(program, args);
    if (status === 0) return stdout.trim();
    const words = `${stdout ?? ""}\n${stderr ?? ""}`.trim().split("\n").slice(-lastWords).join("\n");
    throw new Error(`${program} ${args.at(-1)} failed${error ? ` (${error.message})` : ""}:\n${words}`);
  };
  const run = (...args) => runProgram("docker", args);
  return {
    env,
    askProgram,
    runProgram,
    run,
    ask: (...args) => askProgram("docker", args),
    words(...args) {
      const { stdout, stderr } = start("docker", args);
      return `${stdout}${stderr}`;
    },
    /** Nothing of the installation is left on the engine. */
    sweep(installation) {
      const label = `label=gastown.installation=${installation}`;
      const containers = run("ps", "--all", "--quiet", "--filter", label).split("\n").filter(Boolean);
      if (containers.length > 0) run("rm", "--force", ...containers);
      const volumes = run("volume", "ls", "--quiet", "--filter", label).split("\n").filter(Boolean);
      if (volumes.length > 0) run("volume", "rm", ...volumes);
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
