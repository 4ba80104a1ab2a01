import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLogger } from "@gastown/telemetry";
import Dockerode from "dockerode";
import type { RuntimeHarness } from "../container-runtime.suite.ts";
import { engineName, labelFilter, volumeName } from "../docker/container-labels.ts";
import { createDockerRuntime } from "../docker/docker.ts";
import { defaultDockerSettings, type DockerSettings } from "../docker/docker-settings.ts";
import { createEngine } from "../docker/engine.ts";

const logger = createLogger("test", { level: process.env["TEST_LOG_LEVEL"] ?? "silent" });
/** The agents' image, and the one of these tests, which is made from it. */
export const agentImage = "gastown-agent";
const testImage = "gastown-agent-test";

/** Makes the image with small-container.ts in it; made again in a moment when it is there. */
export async function makeTestImage(host: string): Promise<void> {
  const docker = createEngine(host).streams;
  const context = fileURLToPath(new URL(".", import.meta.url));
  const stream = await docker.buildImage(
    { context, src: ["Dockerfile", "small-container.ts"] },
    { t: testImage, buildargs: { BASE: agentImage } },
  );
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, output: { error?: string }[]) => {
      const failure = error?.message ?? output.find((line) => line.error !== undefined)?.error;
      if (failure === undefined) resolve();
      else reject(new Error(`the image of the tests could not be made: ${failure}`));
    });
  });
}

/** An installation of its own on the engine, with what tests need to look into its containers. */
export interface DockerWorld extends RuntimeHarness {
  readonly docker: Dockerode;
  readonly installation: string;
  readonly stateDir: string;
  readonly settings: DockerSettings;
  open(onEnded?: (town: string) => void, over?: Partial<DockerSettings>): ReturnType<typeof createDockerRuntime>;
  container(name: string): Dockerode.Container;
  /** What its containers of the town wrote to this file. */
  read(town: string, file: string): Promise<string>;
}

export async function openDockerWorld(host: string, over: Partial<DockerSettings> = {}): Promise<DockerWorld> {
  const stateDir = await mkdtemp(join(tmpdir(), "gastown-docker-"));
  const installation = `test-${randomBytes(4).toString("hex")}`;
  const installations = [installation, `${installation}-other`];
  const docker = createEngine(host).calls;
  const program = "/app/test/small-container.ts";
  const small = { cpus: 1, memoryMb: 256, pids: 128, tmpMb: 16, healthMs: 1_000 };
  const settings = {
    ...defaultDockerSettings,
    engine: host,
    image: testImage,
    program,
    ...small,
    installation,
    ...over,
  };
  const read = async (town: string, file: string): Promise<string> => {
    const volume = await docker
      .getVolume(volumeName(installation, town))
      .inspect()
      .catch(() => null);
    return volume === null ? "" : readFile(join(volume.Mountpoint, file), "utf8").catch(() => "");
  };
  return {
    docker,
    installation,
    stateDir,
    settings,
    holds: true,
    open: (onEnded = () => {}, more = {}) =>
      createDockerRuntime({ settings: { ...settings, ...more }, stateDir, logger, onEnded }),
    openOther: () =>
      createDockerRuntime({
        settings: { ...settings, installation: installations[1] },
        stateDir: join(stateDir, "other"),
        logger,
        onEnded: () => {},
      }),
    container: (name) => docker.getContainer(engineName(installation, name)),
    read,
    crash: ({ name }) => docker.getContainer(engineName(installation, name)).kill(),
    told: async (town) => (await read(town, "told.txt")).split("\n").filter((line) => line !== ""),
    async agentsAlive(town) {
      const running = await docker.listContainers({ filters: { label: labelFilter(installation, town) } });
      const tables = await Promise.all(
        running.map(
          ({ Id }) => docker.getContainer(Id).top({ ps_args: "-eo pid,args" }) as Promise<{ Processes: string[][] }>,
        ),
      );
      return tables.flatMap(({ Processes }) => Processes).filter((row) => row.join(" ").includes("setInterval")).length;
    },
    async close() {
      for (const own of installations) await sweep(docker, own);
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** Nothing of the installation is left on the engine. */
async function sweep(docker: Dockerode, installation: string): Promise<void> {
  const filters = { label: labelFilter(installation) };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true });
  }
  const { Volumes } = await docker.listVolumes({ filters });
  for (const { Name } of Volumes) await docker.getVolume(Name).remove();
}
