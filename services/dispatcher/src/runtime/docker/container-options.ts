import type { ContainerCreateOptions, HostConfig, MountConfig } from "dockerode";
import { containerLabels, engineName, volumeName, type LabelledContainer } from "./container-labels.ts";
import type { DockerSettings } from "./docker-settings.ts";

/** Where a container keeps its town's files: the only place it may write to that outlives it. */
export const workspace = "/var/lib/gastown";
/** Where a container finds the gate's sockets (deploy/docker/src/agent/entry.ts). */
const gateFolder = "/run/gastown";
/** The ports that the image's entry opens on the container's own loopback and connects to the gate. */
const natsPort = 4222;
const proxyPort = 3128;

/** How a container reaches the bus when it has nothing but the gate. */
export const natsUrlAtGate = `nats://127.0.0.1:${natsPort}`;

/**
 * What the container host needs to start agents as users of their own, to give them their places and to end them (docs/decisions/0023).
 * SETPCAP is gone before the host begins, and agents have none of them.
 */
const capabilities = ["CHOWN", "KILL", "SETGID", "SETPCAP", "SETUID"];

type Settings = DockerSettings & { readonly installation: string };

/**
 * All the engine is told of a container: a function of its name and the settings and nothing else, so that deploy/docker's guard
 * can tell whether a request is one of ours. Secrets are not in it: they come over standard input.
 */
export function containerOptions(container: LabelledContainer, settings: Settings): ContainerCreateOptions {
  const { installation, image, program } = settings;
  return {
    name: engineName(installation, container.name),
    Image: image,
    ...(program !== undefined && { Cmd: [program] }),
    // Only until the image's entry has made the container host another one (deploy/docker/agent.Dockerfile).
    User: "0:0",
    WorkingDir: workspace,
    Env: environment(settings),
    Labels: containerLabels(installation, container),
    // The configuration is written to standard input once; when the writer goes away, the program sees its end.
    AttachStdin: true,
    AttachStdout: false,
    AttachStderr: false,
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
    StopSignal: "SIGTERM",
    // The image says what is asked; the interval is ours.
    Healthcheck: { Interval: settings.healthMs * 1_000_000 },
    HostConfig: hostConfig(container.town, settings),
  };
}

function hostConfig(town: string, settings: Settings): HostConfig {
  const memory = settings.memoryMb * 1024 * 1024;
  return {
    NetworkMode: settings.network,
    NanoCpus: Math.round(settings.cpus * 1e9),
    Memory: memory,
    // The same number: no swap on top of it.
    MemorySwap: memory,
    PidsLimit: settings.pids,
    ReadonlyRootfs: true,
    // Agent programs unpack libraries of their own there and load them, so it is not noexec.
    Tmpfs: { "/tmp": `rw,exec,nosuid,nodev,mode=1777,size=${settings.tmpMb}m` },
    Mounts: mounts(town, settings),
    CapDrop: ["ALL"],
    CapAdd: capabilities,
    SecurityOpt: ["no-new-privileges"],
    Privileged: false,
    // Ends what agents leave behind, and hands SIGTERM to the program.
    Init: true,
    // A container that ended is not started again: the dispatcher decides, with a new generation.
    RestartPolicy: { Name: "no" },
    LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "2" } },
    Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
  };
}

function mounts(town: string, { installation, gate }: Settings): MountConfig {
  const own: MountConfig = [{ Type: "volume", Source: volumeName(installation, town), Target: workspace }];
  if (gate === undefined) return own;
  return [...own, { Type: gate.startsWith("/") ? "bind" : "volume", Source: gate, Target: gateFolder, ReadOnly: true }];
}

function environment({ gate }: Settings): string[] {
  const own = [`HOME=${workspace}`, "LANG=C.UTF-8"];
  if (gate === undefined) return own;
  const proxy = `http://127.0.0.1:${proxyPort}`;
  const direct = "127.0.0.1,localhost";
  return [
    ...own,
    `GASTOWN_GATE=${gateFolder}`,
    // Both spellings: curl and git read the lower one, most others the upper one.
    ...["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => `${name}=${proxy}`),
    ...["NO_PROXY", "no_proxy"].map((name) => `${name}=${direct}`),
    "NODE_USE_ENV_PROXY=1",
  ];
}
