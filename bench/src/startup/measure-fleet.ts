import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { WorkerJob } from "@gastown/contracts";
import { scriptText } from "@gastown/testkit";
import { say } from "../run-bench.ts";
import { memoryOf } from "./memory-of.ts";
import { percentiles, type Fleet } from "./report.ts";
import type { StartupWorld } from "./startup-world.ts";

/** A repository with one commit, as git knows it. */
function makeRepository(folder: string, path: string): string {
  mkdirSync(folder);
  const who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"];
  const git = (...args: string[]): void => {
    execFileSync("git", [...who, ...args], { cwd: folder, env: { PATH: path, HOME: folder }, stdio: "ignore" });
  };
  git("init", "--quiet", "--initial-branch=main");
  git("commit", "--quiet", "--allow-empty", "--message=First");
  return `file://${folder}`;
}

/** A polecat whose model never answers its first turn, so that it stays as it has started. */
function polecatJob(agent: number, rig: string): WorkerJob {
  return {
    agent: `gt-${agent}`,
    generation: 1,
    name: `Polecat ${agent}`,
    identity: `polecat-${agent}`,
    role: "polecat",
    rig: { rig, defaultBranch: "main", check: null },
    bead: { bead: `gt-${agent + 1_000}`, type: "issue", title: "Wait", body: scriptText([{ hang: true }]) },
    branch: `gt/polecat-${agent}/gt-${agent + 1_000}`,
    base: "main",
    review: null,
    feedback: null,
    checkpoint: null,
    model: null,
    instructions: [],
    env: {},
    molecule: null,
    kind: "task",
  };
}

/** Starts so many agents at once, in so many rigs of one container; answers what their starts took, and their memory then. */
export async function measureFleet(
  world: StartupWorld,
  { agents, rigs }: { agents: number; rigs: number },
  path: string,
): Promise<Fleet> {
  const folder = world.folder();
  for (let rig = 1; rig <= rigs; rig += 1)
    world.repositories.set(`rig-${rig}`, makeRepository(join(folder, `rig-${rig}`), path));
  const host = world.boot({ name: "bench-fleet", stateDir: world.folder(), prewarm: null });
  await host.wrote("container host started");
  const jobs = Array.from({ length: agents }, (_, i) => polecatJob(i + 101, `rig-${(i % rigs) + 1}`));
  const starts = await Promise.all(jobs.map((job) => world.start(job)));
  const memory = memoryOf(host.pid);
  if (memory.children.length < agents) throw new Error(`${memory.children.length} of ${agents} agent servers run`);
  await host.end();
  say(`fleet: ${agents} agents in ${rigs} rigs have started`);
  return {
    agents,
    rigs,
    startMs: percentiles(starts.map(({ totalMs }) => totalMs)),
    sdkReadyMs: percentiles(starts.map(({ phases }) => phases.sdk_ready ?? Number.NaN)),
    memoryMiB: { perAgent: percentiles(memory.children), host: memory.own },
  };
}
