import { expect, test } from "vitest";
import { containerOptions } from "./container-options.ts";
import { defaultDockerSettings } from "./docker-settings.ts";

const river = { name: "river-2", town: "river", generation: 2 };
const settings = { ...defaultDockerSettings, installation: "acme" };

test("a container may do what agents need and nothing else", () => {
  expect(containerOptions(river, settings)).toEqual({
    name: "gastown_acme_river-2",
    Image: "gastown-agent",
    User: "0:0",
    WorkingDir: "/var/lib/gastown",
    Env: ["HOME=/var/lib/gastown", "LANG=C.UTF-8"],
    Labels: {
      "gastown.installation": "acme",
      "gastown.town": "river",
      "gastown.generation": "2",
      "gastown.container": "river-2",
    },
    AttachStdin: true,
    AttachStdout: false,
    AttachStderr: false,
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
    StopSignal: "SIGTERM",
    Healthcheck: { Interval: 15_000_000_000 },
    HostConfig: {
      NetworkMode: "none",
      NanoCpus: 2_000_000_000,
      Memory: 4_294_967_296,
      MemorySwap: 4_294_967_296,
      PidsLimit: 2_048,
      ReadonlyRootfs: true,
      Tmpfs: { "/tmp": "rw,exec,nosuid,nodev,mode=1777,size=512m" },
      Mounts: [{ Type: "volume", Source: "gastown_acme_river", Target: "/var/lib/gastown" }],
      CapDrop: ["ALL"],
      CapAdd: ["CHOWN", "KILL", "SETGID", "SETPCAP", "SETUID"],
      SecurityOpt: ["no-new-privileges"],
      Privileged: false,
      Init: true,
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "2" } },
      Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
    },
  });
});

test.each([
  ["/run/gate", "bind"],
  ["gate", "volume"],
])("the gate %s is a %s that cannot be written to, and all who ask for a proxy are told of it", (gate, type) => {
  const { Env, HostConfig } = containerOptions(river, { ...settings, gate });
  expect(HostConfig?.Mounts?.[1]).toEqual({ Type: type, Source: gate, Target: "/run/gastown", ReadOnly: true });
  for (const one of ["HTTPS_PROXY=http://127.0.0.1:3128", "no_proxy=127.0.0.1,localhost", "NODE_USE_ENV_PROXY=1"])
    expect(Env).toContain(one);
});

test("what the settings say is what the engine is told", () => {
  const options = containerOptions(river, {
    ...settings,
    image: "acme/agents:3",
    program: "/app/other.ts",
    network: "agents",
    cpus: 0.5,
    memoryMb: 512,
    pids: 99,
    tmpMb: 8,
    healthMs: 1_000,
  });
  expect(options).toMatchObject({
    Image: "acme/agents:3",
    Cmd: ["/app/other.ts"],
    Healthcheck: { Interval: 1_000_000_000 },
    HostConfig: { NetworkMode: "agents", NanoCpus: 500_000_000, Memory: 536_870_912, PidsLimit: 99 },
  });
});
