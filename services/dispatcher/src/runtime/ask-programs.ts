import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { askContainer, type Bus } from "@gastown/bus";
import { agentProgram, type AgentProgram } from "@gastown/contracts";
import { z } from "zod";
import type { FullConfig } from "../config.ts";
import type { ContainerRuntime } from "./container-runtime.ts";

/** Each of three programs is started once. */
const programsMs = 150_000;
/** The container program of this source, whichever one containers are started with: it alone can look. */
const looker = fileURLToPath(new URL("../../container/src/main.ts", import.meta.url));

const answer = z.array(agentProgram);

interface AskOptions {
  /** What is run to look; that of this source by default. */
  program?: string;
  config: Pick<FullConfig, "runtime" | "path" | "stateDir"> & {
    container: Pick<FullConfig["container"], "agentRuntime" | "agentBin" | "acp">;
  };
  runtime: Pick<ContainerRuntime, "list">;
  bus: Bus;
}

/** On this machine, as a container program would find them. */
async function askHere({ config, program = looker }: AskOptions): Promise<AgentProgram[]> {
  const { agentRuntime, agentBin, acp } = config.container;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = { env: { PATH: config.path, HOME: config.stateDir }, timeout: programsMs };
  const child = execFile(process.execPath, [program, "programs"], options, (error, stdout, stderr) => {
    if (error === null) resolve(stdout);
    else reject(new Error(`the look ended: ${error.message}; it wrote: ${stderr.slice(-400)}`));
  });
  // It ended before it was told; how it ended says why.
  child.stdin?.on("error", () => undefined).end(`${JSON.stringify({ agentRuntime, agentBin, acp })}\n`);
  return readPrograms(await promise);
}

/** What the look wrote. Throws what is wrong with it: other programs may write to its standard output as well. */
function readPrograms(stdout: string): AgentProgram[] {
  try {
    return answer.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new Error(`what the look wrote is not understood: ${stdout.slice(-400)}`, { cause });
  }
}

/** In the first container that runs: all have the same image. */
async function askInside({ runtime, bus }: AskOptions): Promise<AgentProgram[]> {
  const running = (await runtime.list()).find(({ alive }) => alive);
  if (running === undefined)
    throw new Error("the programs are in the image: they are looked at when a container of a town runs");
  return (await askContainer(bus, running.town, "programs", {}, { timeoutMs: programsMs })).programs;
}

/** The agent programs there are where agents run. Throws why that could not be found out. */
export function askPrograms(options: AskOptions): Promise<AgentProgram[]> {
  return options.config.runtime === "process" ? askHere(options) : askInside(options);
}
