import {
  ask,
  loadAgentSnapshot,
  newEnvelope,
  publish,
  publishOutput,
  saveAgentSnapshot,
  sendCommand,
  type AgentSnapshot,
  type Bus,
  type InputOf,
  type SnapshotToSave,
} from "@gastown/bus";
import {
  containerHeartbeat,
  getBead,
  getMolecule,
  primeAgent,
  repoCredential,
  reportContainerAgent,
  tellAgentModel,
  tellAgentRescue,
  type BeadView,
  type Command,
  type DataOf,
  type MoleculeView,
  type OutputLine,
  type Query,
  type ReplyOf,
  type Verdict,
} from "@gastown/contracts";
import { stableId } from "./stable-id.ts";

/** A command an agent gives, under its own identity. */
export interface AgentCommand<D extends Command> {
  agent: string;
  data: InputOf<D>;
  /** What makes it the same command when it is given again; a new one each time by default. */
  sameAs?: readonly (string | number)[];
}
type AgentReport = Omit<DataOf<typeof reportContainerAgent>, "container">;

/** All a container host says to the other services and asks of them; nothing else here knows the bus. */
export interface TownLink {
  /** Gives a command as the agent and waits for the verdict; throws when there is none in time. */
  command<D extends Command>(descriptor: D, command: AgentCommand<D>): Promise<Verdict>;
  /** Asks the town. Throws `QueryError` when there is nobody, or no such thing. */
  query<Q extends Query>(descriptor: Q, data: InputOf<Q>): Promise<ReplyOf<Q>>;
  prime(agent: string): Promise<ReplyOf<typeof primeAgent>>;
  bead(bead: string): Promise<BeadView>;
  molecule(molecule: string): Promise<MoleculeView>;
  credential(rig: string, agent: string): Promise<ReplyOf<typeof repoCredential>>;
  /** Tells what became of a start; told again it is dropped. Throws when the bus did not take it. */
  report(report: AgentReport): Promise<void>;
  heartbeat(agents: DataOf<typeof containerHeartbeat>["agents"]): Promise<void>;
  output(line: OutputLine): Promise<void>;
  /** Tells what became of a wish for another model. Throws when the bus did not take it. */
  model(told: Omit<DataOf<typeof tellAgentModel>, "container">): Promise<void>;
  /** Tells of work that was pushed since it would have been lost; told again it is dropped. Throws when the bus did not take it. */
  rescued(told: Omit<DataOf<typeof tellAgentRescue>, "container">): Promise<void>;
  /** Stores an agent's session as its newest and answers the snapshot's name. Throws when it is not stored. */
  saveSnapshot(agent: string, snapshot: SnapshotToSave): Promise<string>;
  /** The agent's newest stored session; null when there is none. Throws SnapshotError for one that is not whole. */
  loadSnapshot(agent: string): Promise<AgentSnapshot | null>;
}

const source = "/container";
/** The town answers in milliseconds; a restart of it takes seconds. */
const verdictMs = 60_000;
const queryMs = 10_000;

/** The link of one town's container host. */
export function createTownLink(bus: Bus, town: string, container: string): TownLink {
  const actor = `service:container/${container}`;
  return {
    command(descriptor, { agent, data, sameAs }) {
      const id = sameAs === undefined ? undefined : stableId(town, ...sameAs);
      const envelope = newEnvelope(descriptor, { town, data, source, actor: `agent:${agent}`, id });
      return sendCommand(bus, descriptor, envelope, { timeoutMs: verdictMs });
    },
    query: async (descriptor, data) => (await ask(bus, descriptor, { town, data, timeoutMs: queryMs })).data,
    prime: async (agent) => (await ask(bus, primeAgent, { town, data: { agent }, timeoutMs: queryMs })).data,
    bead: async (bead) => (await ask(bus, getBead, { town, data: { bead }, timeoutMs: queryMs })).data,
    molecule: async (molecule) => (await ask(bus, getMolecule, { town, data: { molecule }, timeoutMs: queryMs })).data,
    credential: async (rig, agent) =>
      (await ask(bus, repoCredential, { town, data: { rig, agent }, timeoutMs: queryMs })).data,
    async report(report) {
      const data = { ...report, container };
      const id = stableId(town, data.agent, data.generation, data.state);
      await publish(bus, reportContainerAgent, newEnvelope(reportContainerAgent, { town, data, actor, source, id }));
    },
    async heartbeat(agents) {
      const data = { container, agents };
      await publish(bus, containerHeartbeat, newEnvelope(containerHeartbeat, { town, data, actor, source }));
    },
    async model(told) {
      const data = { ...told, container };
      await publish(bus, tellAgentModel, newEnvelope(tellAgentModel, { town, data, actor, source }));
    },
    async rescued(told) {
      const data = { ...told, container };
      const id = stableId(town, "rescue", data.rig, data.pushedTo, data.head);
      await publish(bus, tellAgentRescue, newEnvelope(tellAgentRescue, { town, data, actor, source, id }));
    },
    saveSnapshot: (agent, snapshot) => saveAgentSnapshot(bus, { town, agent }, snapshot),
    loadSnapshot: (agent) => loadAgentSnapshot(bus, { town, agent }),
    output: (line) => publishOutput(bus, town, line),
  };
}
