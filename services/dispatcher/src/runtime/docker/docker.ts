import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createMutex } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";
import { openContainerLogs, type ContainerLogs } from "../container-log.ts";
import type {
  ContainerRuntime,
  ContainerRuntimeOptions,
  ContainerSpec,
  RuntimeContainer,
} from "../container-runtime.ts";
import { attachStdin, giveLine } from "./attach-stdin.ts";
import { engineName, labelFilter, readLabels, volumeLabels, volumeName } from "./container-labels.ts";
import { containerOptions, workspace } from "./container-options.ts";
import type { DockerSettings } from "./docker-settings.ts";
import { createEngine, ifThere, isStatus, requireImage, type Engine } from "./engine.ts";
import { installationId } from "./installation-id.ts";
import { lookAtContainer } from "./look-at-container.ts";
import { lastLines, textOfLog } from "./read-logs.ts";
import { watchEnds, type EndsWatch } from "./watch-ends.ts";

/** As much of a container's last words as is kept when it is removed. */
const keptLines = 200;
/** How long another dispatcher may take between making a container and starting it. */
const otherStartMs = 10_000;
const removalMs = 30_000;
const pollMs = 100;

export interface DockerRuntimeOptions extends ContainerRuntimeOptions {
  settings: DockerSettings;
  /** An absolute folder for the last words of removed containers, and for the installation's id when the settings have none. */
  stateDir: string;
  logger: Logger;
}

interface Runtime {
  readonly settings: DockerSettings & { readonly installation: string };
  readonly engine: Engine;
  readonly logs: ContainerLogs;
  readonly ends: EndsWatch;
  readonly logger: Logger;
}

/**
 * Containers on a Docker engine, one for each town, its files in a volume of the town's. Their labels say what they are: whichever
 * dispatcher of the installation asks finds them. Throws when the engine does not answer or has not got the image.
 */
export async function createDockerRuntime(options: DockerRuntimeOptions): Promise<ContainerRuntime> {
  const { stateDir, logger, onEnded } = options;
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const installation = options.settings.installation ?? (await installationId(stateDir));
  const settings = { ...options.settings, installation };
  const engine = createEngine(settings.engine);
  await requireImage(engine, settings.engine, settings.image);
  const logs = await openContainerLogs(join(stateDir, "_logs"));
  const onMissed = async (): Promise<void> => {
    for (const { town, alive } of await list(runtime, undefined)) if (!alive) onEnded(town);
  };
  const ends = await watchEnds({ engine, installation, onEnded, onMissed, logger });
  const runtime: Runtime = { settings, engine, logs, ends, logger };
  const mutex = createMutex();
  return {
    kind: "docker",
    stateDirOf: () => workspace,
    list: (town) => list(runtime, town),
    start: (spec) => mutex.withKey(spec.name, () => start(runtime, spec)),
    stop: (name, { graceMs }) => mutex.withKey(name, () => stop(runtime, name, graceMs)),
    kill: (name) => mutex.withKey(name, () => remove(runtime, name)),
    forget: (town) => forget(runtime, town),
    logs: (name, lines) => readLogs(runtime, name, lines),
    close: () => ends.close(),
  };
}

function containerOf({ engine, settings }: Pick<Runtime, "engine" | "settings">, name: string) {
  return engine.calls.getContainer(engineName(settings.installation, name));
}

async function list({ engine, settings, ends }: Runtime, town: string | undefined): Promise<RuntimeContainer[]> {
  const filters = { label: labelFilter(settings.installation, town) };
  const listed = await engine.calls.listContainers({ all: true, filters });
  const names = listed.flatMap(({ Labels }) => readLabels(Labels)?.name ?? []);
  // One that is being removed this moment is there and cannot be looked at any more.
  const infos = await Promise.all(names.map((name) => ifThere(containerOf({ engine, settings }, name).inspect())));
  const now = Date.now();
  return infos.flatMap((info) => (info === null ? [] : (lookAtContainer(info, { watched: ends.hears, now }) ?? [])));
}

async function start(runtime: Runtime, spec: ContainerSpec): Promise<void> {
  const { engine, settings, logs, logger } = runtime;
  const { name, town } = spec;
  const container = containerOf(runtime, name);
  if ((await ifThere(container.inspect())) !== null) return;
  await logs.prune(town);
  const labels = volumeLabels(settings.installation, town);
  await engine.calls.createVolume({ Name: volumeName(settings.installation, town), Labels: labels });
  try {
    await engine.calls.createContainer(containerOptions(spec, settings));
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    // Another dispatcher was faster by a moment: its container is the one.
    return untilStarted(runtime, name);
  }
  try {
    const stdin = await attachStdin(engine.address, container.id);
    await container.start();
    await giveLine(stdin, spec.config);
  } catch (error) {
    // Half a start is none: the name is free again.
    await removeContainer(runtime, name);
    throw error;
  }
  logger.info({ town, container: name, image: settings.image }, "container started");
}

/** Resolves when the container was started, or is gone; also when its maker takes too long, who is dead then: it is listed as ended. */
async function untilStarted(runtime: Runtime, name: string): Promise<void> {
  for (const until = Date.now() + otherStartMs; Date.now() < until; await delay(pollMs)) {
    const info = await ifThere(containerOf(runtime, name).inspect());
    if (info?.State.Status !== "created") return;
  }
}

/** The engine itself counts the time: it kills the container also when this process ends meanwhile. */
async function stop(runtime: Runtime, name: string, graceMs: number): Promise<void> {
  const { engine, settings } = runtime;
  const container = engine.patient(graceMs).getContainer(engineName(settings.installation, name));
  try {
    await container.stop({ t: Math.ceil(graceMs / 1_000) });
  } catch (error) {
    if (!isStatus(error, 304, 404)) throw error; // it has ended, or is gone
  }
  await remove(runtime, name);
}

/** Kills it, keeps its last words, and takes its name away. */
async function remove(runtime: Runtime, name: string): Promise<void> {
  const container = containerOf(runtime, name);
  const info = await ifThere(container.inspect());
  if (info === null) return;
  if (info.State.Running) await killNow(container);
  const said = await engineLogs(runtime, name, keptLines);
  if (said !== null) await runtime.logs.replace(name, said);
  await removeContainer(runtime, name);
}

async function killNow(container: ReturnType<typeof containerOf>): Promise<void> {
  try {
    await container.kill({ signal: "SIGKILL" });
    await container.wait();
  } catch (error) {
    if (!isStatus(error, 404, 409)) throw error; // gone, or ended since it was looked at
  }
}

async function removeContainer(runtime: Runtime, name: string): Promise<void> {
  const container = containerOf(runtime, name);
  for (const until = Date.now() + removalMs; ; await delay(pollMs)) {
    try {
      await container.remove({ force: true });
      return;
    } catch (error) {
      if (isStatus(error, 404)) return;
      // Someone else removes it at the moment: it is waited for.
      if (!isStatus(error, 409) || Date.now() > until) throw error;
    }
  }
}

async function forget({ engine, settings, logs }: Runtime, town: string): Promise<void> {
  await ifThere(engine.calls.getVolume(volumeName(settings.installation, town)).remove());
  await logs.forget(town);
}

async function engineLogs(runtime: Runtime, name: string, tail: number): Promise<string[] | null> {
  const log = await ifThere(containerOf(runtime, name).logs({ stderr: true, stdout: false, follow: false, tail }));
  return log === null ? null : lastLines(textOfLog(log), tail);
}

async function readLogs(runtime: Runtime, name: string, lines: number): Promise<string[]> {
  return (await engineLogs(runtime, name, lines)) ?? runtime.logs.tail(name, lines);
}
