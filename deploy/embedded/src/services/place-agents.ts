import { mkdir } from "node:fs/promises";
import type { DispatcherConfig } from "@gastown/dispatcher";
import { startGate } from "@gastown/docker/gate";
import type { ScmConfig } from "@gastown/scm";
import type { Installation } from "../installation.ts";
import { runtimeIn } from "./runtime-in.ts";
import type { Servers } from "./start-services.ts";

/** Where agents' containers run, and how they reach what is on this machine. */
export interface AgentsPlace {
  dispatcher: Pick<DispatcherConfig, "runtime" | "docker">;
  /** The model's URL as containers see it. */
  modelUrl: string | undefined;
  otlpEndpoint: string | undefined;
  /** The local forge's URL as containers see it; undefined: as everybody does. */
  agentUrl: string | undefined;
  /** The forge's port for containers: git with a token. Undefined: that of everybody. */
  agentPort: number | undefined;
  close(): Promise<void>;
}

/**
 * Processes see this machine as it is. Containers on Docker see nothing of it: for them the gate is opened, and what is on this machine's
 * loopback address gets a name that leads through it.
 */
export async function placeAgents(
  { env, state, ports, loggerOf }: Installation,
  { nats, model }: Servers,
  scm: Pick<ScmConfig, "github" | "gitlab">,
): Promise<AgentsPlace> {
  const [modelUrl, otlpEndpoint] = [model.chosen?.url, env["OTEL_EXPORTER_OTLP_ENDPOINT"] || undefined];
  if (runtimeIn(env) === "process") {
    const dispatcher = { runtime: "process" } as const;
    return {
      dispatcher,
      modelUrl,
      otlpEndpoint,
      agentUrl: undefined,
      agentPort: undefined,
      close: () => Promise.resolve(),
    };
  }
  const agentPort = await ports.choose("agents");
  const allowed: string[] = [`forge.gastown:80=127.0.0.1:${agentPort}`];
  const reach = (name: string, url: string | undefined): string | undefined => {
    if (url === undefined) return undefined;
    const seen = throughGate(name, url);
    allowed.push(seen.allow);
    return seen.url;
  };
  const seen = { modelUrl: reach("model", modelUrl), otlpEndpoint: reach("telemetry", otlpEndpoint) };
  for (const forge of [scm.github?.webUrl, scm.gitlab?.url]) reach("remote", forge);
  const folder = state.file("gate");
  await mkdir(folder, { recursive: true });
  const logger = loggerOf("gate");
  const gate = await startGate({
    folder,
    nats: new URL(nats.url).host,
    allow: [...allowed, env["GASTOWN_EGRESS"] ?? ""].join(","),
    onAsked: ({ destination, allowed: may }) => {
      if (!may) logger.warn({ destination }, "an agent asked for what is not allowed");
    },
  });
  const docker = {
    engine: env["DOCKER_HOST"] || undefined,
    image: env["GASTOWN_AGENT_IMAGE"] || undefined,
    gate: folder,
  };
  return {
    dispatcher: { runtime: "docker", docker },
    ...seen,
    agentUrl: "http://forge.gastown",
    agentPort,
    close: () => gate.close(),
  };
}

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** A URL as a container sees it, and what the gate has to allow for it. */
function throughGate(name: string, text: string): { url: string; allow: string } {
  const url = new URL(text);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (!loopback.has(url.hostname)) return { url: text, allow: `${url.hostname}:${port}` };
  const own = `${name}.gastown`;
  const seen = new URL(text);
  seen.host = own;
  seen.port = port;
  return { url: seen.href.replace(/\/$/, ""), allow: `${own}:${port}=127.0.0.1:${port}` };
}
