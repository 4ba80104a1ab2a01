import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  answer,
  askContainer,
  connectBus,
  consumeCommands,
  provision,
  QueryError,
  type Bus,
  type ContainerReply,
  type Outcome,
} from "@gastown/bus";
import {
  listAgents,
  listRigs,
  primeAgent,
  repoCredential,
  tellAgentModel,
  type DataOf,
  type Envelope,
  type Job,
  type RigView,
} from "@gastown/contracts";
import {
  eventually,
  startNats,
  startScriptedModel,
  type ScriptedModel,
  type ScriptedModelRequest,
  type TestNats,
} from "@gastown/testkit";
import type { HostConfig } from "../config.ts";
import { killLeftovers } from "../kill-leftovers.ts";
import { statePaths } from "../state-paths.ts";
import { startGitForge, type GitForge } from "./git-forge.ts";
import { silentLogger as logger } from "./silent-logger.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Agent servers need seconds of processor time, and tests may run on a machine that is busy with others. */
export const longMs = 150_000;

export const secrets = { modelKey: "sk-model-secret-91c2", natsPassword: "p-nats-secret-77aa" };

/** What a container host lives among: a bus, a forge, a model, and who listens on the other side. */
export interface World {
  bus: Bus;
  forge: GitForge;
  model: ScriptedModel;
  /** A folder for what a test needs. */
  folder: string;
  /** Commands as they arrived, in order. */
  commands: Envelope[];
  /** Which commands are refused, and with what; the others are applied. */
  refuse: (command: Envelope) => { code: string; message: string } | null;
  /** The rigs of a town, as the town tells; none by default. */
  rigs: (town: string) => RigView[];
  /** The agents of a town, as the town tells; null, as by default: it does not answer. */
  agents: (town: string) => string[] | null;
  /** What the model was asked by one agent. */
  requestsOf(agent: string): ScriptedModelRequest[];
  /** Starts a container host in a process of its own, as the dispatcher does. */
  startContainer(town: string, config?: Partial<HostConfig>): Promise<Container>;
  close(): Promise<void>;
}

export interface Container {
  town: string;
  process: ChildProcess;
  stateDir: string;
  start(job: Job, variables?: Record<string, string>): Promise<{ accepted: boolean; reason: string | null }>;
  /** Says something to a start of an agent, generation 1 by default. */
  nudge(
    agent: string,
    nudge: string,
    said: { message: string; mode: "immediate" | "wait-idle"; generation?: number },
  ): Promise<ContainerReply<"nudge">>;
  /** Wishes another model for generation 1 of an agent. */
  wishModel(agent: string, model: string): Promise<ContainerReply<"model">>;
  /** Gives the host another key for the model service. */
  changeKey(modelKey: string): Promise<ContainerReply<"credentials">>;
  /** What was told of the wishes for an agent's model, oldest first. */
  models(agent: string): DataOf<typeof tellAgentModel>[];
  stop(agent: string, generation: number): Promise<void>;
  /** The folder an agent lives in. */
  home(agent: string): string;
  /** The reports of one start, as `state: reason`. */
  reports(agent: string, generation?: number): string[];
  /** Waits for the end of one start and answers its reason. */
  ended(agent: string, generation?: number): Promise<string>;
  /** Everything the host wrote. */
  log(): string;
  kill9(): Promise<void>;
}

function dataOf(envelope: Envelope): Record<string, unknown> {
  return envelope.data as Record<string, unknown>;
}

function agentsOf({ agents }: World, town: string) {
  const known = agents(town);
  if (known === null) throw new QueryError("unavailable", "the town does not answer");
  const at = "2026-01-01T00:00:00.000Z";
  const none = { hook: null, aliveAt: null, activeAt: null, statusMessage: null, stalledAt: null, model: null };
  const rest = { role: "polecat", rig: "app", status: "idle", generation: 1, createdAt: at, ...none } as const;
  const items = known.map((agent) => ({ agent, name: agent, identity: `${agent}-app`, ...rest }));
  return { seq: null, data: { items, next: null } };
}

/** Starts it all. Rig `app` is there, with one commit. */
export async function startWorld(): Promise<World> {
  const nats: TestNats = await startNats();
  const [forge, model] = await Promise.all([startGitForge(), startScriptedModel()]);
  const url = forge.create("app", { "a.txt": "one\n" });
  const bus = await connectBus({ servers: nats.url, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  const over = new AbortController();
  const { signal } = over;
  const commands: Envelope[] = [];
  const handle = ({ envelope }: { envelope: Envelope }): Promise<Outcome> => {
    commands.push(envelope);
    const refusal = world.refuse(envelope);
    const command = envelope.id;
    return Promise.resolve(
      refusal === null
        ? { outcome: "applied", verdict: { command, outcome: "applied", result: { mail: [] } } }
        : { outcome: "refused", verdict: { command, outcome: "refused", ...refusal } },
    );
  };
  const credential = { url, username: forge.username, password: forge.password, expiresAt: "2099-01-01T00:00:00.000Z" };
  answer(bus, repoCredential, () => Promise.resolve({ seq: null, data: credential }), { logger, signal });
  const rigs = (asked: string) => Promise.resolve({ seq: null, data: { items: world.rigs(asked), next: null } });
  answer(bus, listRigs, rigs, { logger, signal });
  answer(bus, listAgents, (asked) => Promise.resolve(agentsOf(world, asked)), { logger, signal });
  answer(bus, primeAgent, () => Promise.reject(new Error("not asked for here")), { logger, signal });

  const containers: Container[] = [];
  const folder = mkdtempSync(join(tmpdir(), "gastown-world-"));
  const states = [folder];
  const world: World = {
    bus,
    forge,
    model,
    folder,
    commands,
    refuse: () => null,
    rigs: () => [],
    agents: () => null,
    requestsOf: (agent) =>
      model.requests.filter(
        (r) =>
          r.tools.length > 0 &&
          r.messages.some((m) => [`${agent}0: `, `on duty as ${agent}: `].some((told) => m.text.includes(told))),
      ),
    async startContainer(town, given = {}) {
      const stateDir = given.stateDir ?? mkdtempSync(join(tmpdir(), "gastown-state-"));
      states.push(stateDir);
      const config = {
        town,
        container: `${town}-1`,
        stateDir,
        natsUrl: nats.url,
        natsPassword: secrets.natsPassword,
        natsUser: "container",
        inboxPrefix: `_INBOX_container_${town}`,
        model: { url: model.url, name: "scripted", key: secrets.modelKey },
        heartbeatMs: 1_000,
        // On a machine that is busy with others, too.
        drainGraceMs: 60_000,
        logLevel: "debug",
        ...given,
      };
      const container = await launch(world, config);
      containers.push(container);
      return container;
    },
    async close() {
      for (const { process: host } of containers) {
        if (host.exitCode !== null || host.signalCode !== null) continue;
        host.kill("SIGTERM");
        await once(host, "exit");
      }
      over.abort();
      await bus.close();
      await Promise.all([nats.close(), forge.close(), model.close()]);
      for (const state of new Set(states)) {
        // What a host that was killed left running.
        await killLeftovers(statePaths(state), logger);
        rmSync(state, { recursive: true, force: true });
      }
    },
  };
  for (const owner of ["town", "dispatcher"] as const)
    consumeCommands(bus, { owner, service: owner, handle, logger, signal });
  return world;
}

async function launch(world: World, config: { town: string; stateDir: string }): Promise<Container> {
  const { town, stateDir } = config;
  const logFile = join(stateDir, "host.log");
  const host = spawn(process.execPath, [main], {
    stdio: ["pipe", "ignore", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: tmpdir(),
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    },
  });
  host.stderr.pipe(createWriteStream(logFile, { flags: "a" }));
  host.stdin.end(`${JSON.stringify(config)}\n`);
  const container: Container = {
    town,
    process: host,
    stateDir,
    start: (job, variables = {}) => askContainer(world.bus, town, "start", { ...job, variables }),
    nudge: (agent, nudge, said) => askContainer(world.bus, town, "nudge", { generation: 1, agent, nudge, ...said }),
    wishModel: (agent, model) => askContainer(world.bus, town, "model", { agent, generation: 1, model }),
    changeKey: (modelKey) => askContainer(world.bus, town, "credentials", { modelKey }),
    models: (agent) =>
      world.commands
        .filter((c) => c.type === tellAgentModel.type && c.townid === town)
        .map((c) => tellAgentModel.data.parse(c.data))
        .filter((told) => told.agent === agent),
    async stop(agent, generation) {
      await askContainer(world.bus, town, "stop", { agent, generation, reason: "test", force: false });
    },
    home: (agent) => join(stateDir, "agents", agent, "home"),
    reports: (agent, generation = 1) =>
      world.commands
        .filter((c) => c.type === "dispatcher.agent.report" && c.townid === town)
        .map(dataOf)
        .filter((data) => data["agent"] === agent && data["generation"] === generation)
        .map((data) => `${String(data["state"])}: ${String(data["reason"])}`),
    async ended(agent, generation = 1) {
      const find = () => container.reports(agent, generation).find((report) => !report.startsWith("running"));
      return eventually(() => find() ?? Promise.reject(new Error(`${agent} has not ended`)), { timeoutMs: longMs });
    },
    log: () => readFileSync(logFile, "utf8"),
    async kill9() {
      host.kill("SIGKILL");
      if (host.exitCode === null && host.signalCode === null) await once(host, "exit");
    },
  };
  await eventually(() => askContainer(world.bus, town, "status", {}), { timeoutMs: longMs });
  return container;
}

/** One call of the agent's bash tool. */
export function bash(command: string) {
  return { tool: "bash", args: { command, description: "Works" } };
}

/** The processes that live in this home folder, those of an agent: no other test, and no other run of this one, has it. */
export function processesOf(home: string): { pid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`HOME=${home}`)) return [];
        return [
          { pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() },
        ];
      } catch {
        return [];
      }
    });
}

/** Whether the bash tool of the agent that lives there sleeps that long just now. */
export function isAsleep(home: string, seconds: number): boolean {
  return processesOf(home).some((p) => p.command === `sleep ${seconds}`);
}
