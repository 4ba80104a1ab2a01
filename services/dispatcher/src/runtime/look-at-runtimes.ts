import { access, constants } from "node:fs/promises";
import type { lookAtRuntime, ReplyOf } from "@gastown/contracts";
import type { FullConfig } from "../config.ts";

type RuntimeLook = ReplyOf<typeof lookAtRuntime>["runtimes"][number];
type Config = Pick<FullConfig, "runtime" | "stateDir" | "docker">;

/** An engine that is there answers at once. */
const engineMs = 5_000;

async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(new Error(`${what} did not answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function lookAtProcess({ stateDir }: Config): Promise<string> {
  await access(stateDir, constants.W_OK);
  return `as processes of this machine, below ${stateDir}`;
}

async function lookAtDocker({ docker: { engine: host, image } }: Config): Promise<string> {
  const { createEngine, requireImage } = await import("./docker/engine.ts"); // heavy, and most never ask
  const engine = createEngine(host);
  await within(engineMs, `the engine at ${host}`, requireImage(engine, host, image));
  return `the engine at ${host} answers and has the image ${image}`;
}

/** Whether containers could be run as processes, and whether they could be on the Docker engine that the settings name. */
export function lookAtRuntimes(config: Config): Promise<RuntimeLook[]> {
  const look = async (runtime: RuntimeLook["runtime"], ask: Promise<string>): Promise<RuntimeLook> => {
    const chosen = config.runtime === runtime;
    try {
      return { runtime, chosen, usable: true, detail: await ask };
    } catch (error) {
      return { runtime, chosen, usable: false, detail: error instanceof Error ? error.message : String(error) };
    }
  };
  return Promise.all([look("process", lookAtProcess(config)), look("docker", lookAtDocker(config))]);
}
