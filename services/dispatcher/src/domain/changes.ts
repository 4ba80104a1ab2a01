import type { EndCause } from "@gastown/contracts";
import { containerName, isLive } from "./state.ts";
import type { AgentRunState, AgentState, Cause, ContainerState, Time, TownState } from "./state.ts";

/** Something that became true and that others are told, once. */
export type Fact =
  | { kind: "container-started"; container: string }
  | { kind: "container-stopped"; container: string; reason: string }
  | { kind: "agent-started"; agent: string; generation: number; container: string; at: Time; cause: Cause }
  | {
      kind: "agent-ended";
      agent: string;
      generation: number;
      state: "exited" | "failed";
      reason: string;
      endCause: EndCause | null;
      at: Time;
      cause: Cause;
    };

/** The facts worth telling between two states of a town, in the order in which they happened. */
export function changes(before: TownState, after: TownState): Fact[] {
  const agents = [...after.agents.values()].flatMap((agent) => agentChanges(before.agents.get(agent.agent), agent));
  return [...containerChanges(before.container, after.container), ...agents];
}

/** An ended start, told as if it had ended just now: for who asks about it again. */
export function endOf(agent: AgentState): Fact[] {
  if (agent.state !== "exited" && agent.state !== "failed") return [];
  const { generation, state, reason, endCause, since: at, cause } = agent;
  return [{ kind: "agent-ended", agent: agent.agent, generation, state, reason, endCause, at, cause }];
}

function containerChanges(before: ContainerState, after: ContainerState): Fact[] {
  const facts: Fact[] = [];
  const same = before.generation === after.generation;
  if (before.state !== "stopped" && (!same || after.state === "stopped")) {
    const reason = same ? after.reason : "a newer one took its place";
    facts.push({ kind: "container-stopped", container: containerName(before.town, before.generation), reason });
  }
  if (answers(after) && !(same && answers(before))) {
    facts.push({ kind: "container-started", container: containerName(after.town, after.generation) });
  }
  return facts;
}

function answers(container: ContainerState): boolean {
  return container.state === "running" || container.state === "stopping";
}

function agentChanges(known: AgentState | undefined, after: AgentState): Fact[] {
  if (known === undefined || known.generation === after.generation) return startChanges(known?.state, after);
  const superseded = isLive(known)
    ? endOf({ ...known, state: "exited", reason: "superseded", endCause: "stopped", since: after.since })
    : [];
  return [...superseded, ...startChanges(undefined, after)];
}

function startChanges(before: AgentRunState | undefined, after: AgentState): Fact[] {
  if (before === after.state) return [];
  if (after.state !== "running") return endOf(after);
  const { agent, generation, container, since: at, cause } = after;
  return [{ kind: "agent-started", agent, generation, container: container ?? "", at, cause }];
}
