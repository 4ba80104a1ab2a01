import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeOnDocker, findDockerEngine } from "@gastown/testkit";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { checkout, endsWith, makeStateFolder, processesOf, startGastown } from "./gastown-process.ts";

const run = promisify(execFile);

describeOnDocker("the demo with --runtime docker", await findDockerEngine(["gastown-agent"]), (host) => {
  const env = { ...process.env, DOCKER_HOST: host };
  const docker = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await run("docker", args, { env });
    return stdout.split("\n").filter((line) => line !== "");
  };
  let state: Awaited<ReturnType<typeof makeStateFolder>>;
  /** What the engine has of the installation, of containers or volumes. */
  const left = async (kind: "container" | "volume"): Promise<string[]> => {
    const file = join(state.path, "agents/_installation");
    if (!existsSync(file)) return []; // it did not come so far
    const id = await readFile(file, "utf8");
    const all = kind === "container" ? ["--all"] : [];
    return docker(kind, "ls", ...all, "--quiet", "--filter", `label=gastown.installation=${id}`);
  };

  beforeAll(async () => {
    // What is tested is the code of this checkout: an image of it is made in seconds when it has changed.
    await run(process.execPath, [join(checkout, "deploy/docker/build-images.mjs"), "agent"], { env });
  }, 300_000);
  beforeEach(async () => {
    state = await makeStateFolder();
  });
  afterEach(async () => {
    // A town's files stay for its next container; here there is none.
    for (const volume of await left("volume")) await docker("volume", "rm", volume);
    await state.remove();
  });

  test("merges two beads that agents in a container wrote, and leaves nothing running", async () => {
    const demo = startGastown(["demo", "--exit", "--runtime", "docker", "--state", state.path], { DOCKER_HOST: host });
    await endsWith(0, demo);
    expect(demo.output().match(/MERGED into main/g)).toHaveLength(2);
    expect(await left("container")).toEqual([]);
    expect(await left("volume")).toHaveLength(1);
    expect(await processesOf(state.path)).toEqual([]);
  });
});
