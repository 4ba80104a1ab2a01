import { containerEnded, startingContainer } from "./acted.ts";
import { heardAll } from "./heard-all.ts";
import type { Limits } from "./limits.ts";
import type { Seen, SeenStatus } from "./seen.ts";
import { isIn, isLive, needsContainer, notAsked, withAgent, withEnded } from "./state.ts";
import type { AgentState, Time, TownState } from "./state.ts";

/** The state that follows from what was seen. Concludes only; what to do about it is the plan's business. */
export function observe(state: TownState, seen: Seen, at: { now: Time; limits: Limits }): TownState {
  const { now, limits } = at;
  let after: TownState = observeContainer(state, seen, now);
  after = loseAgents(after, seen, at);
  if (seen.status !== null && after.container.state !== "stopped") after = observeAgents(after, seen.status, at);
  return leaveQueue(giveUpStarts(after, now, limits));
}

/** A town that needs no container any more does not wait for a place. */
function leaveQueue(state: TownState): TownState {
  const { container } = state;
  if (container.waitsSince === null || needsContainer(state)) return state;
  return { ...state, container: { ...container, waitsSince: null } };
}

function observeContainer(state: TownState, seen: Seen, now: Time): TownState {
  const adopted = adopt(state, seen, now);
  const { container } = adopted;
  if (container.state === "stopped") return adopted;
  const current = seen.containers.find(({ generation }) => generation === container.generation);
  if (current === undefined && container.state === "starting") return observeBegun(adopted, now);
  if (current?.alive !== true) return containerEnded(adopted, current?.ended ?? "its process is gone", now);
  if (seen.status === null) return adopted;
  const answering = seen.status.draining ? "stopping" : "running";
  return { ...adopted, container: { ...container, state: answering, seenAt: now, failures: 0 } };
}

/** Begun, and then not started: the plan starts it again, unless nothing is wished any more: then it keeps no place. */
function observeBegun(state: TownState, now: Time): TownState {
  if (state.wishes.size > 0) return state;
  const { container } = containerEnded(state, "it was not needed any more", now);
  return { ...state, container: { ...container, failures: state.container.failures } };
}

/** The newest container that is alive is the town's, whatever the table says: it may know less than the machine. */
function adopt(state: TownState, seen: Seen, now: Time): TownState {
  const alive = seen.containers.filter((one) => one.alive).map(({ generation }) => generation);
  const newest = Math.max(0, ...alive);
  const { container } = state;
  const unknown = newest > container.generation || (newest === container.generation && container.state === "stopped");
  if (newest === 0 || !unknown) return state;
  return { ...state, container: startingContainer(container, newest, now) };
}

/** Agents of a container that is not there any more are lost with it, once what it reported at last could have been heard. */
function loseAgents(state: TownState, seen: Seen, { now, limits }: { now: Time; limits: Limits }): TownState {
  const { container } = state;
  const over = heardAll(container, seen, limits);
  if (container.stoppedAt !== null && (over === null || now < over)) return state;
  let after = state;
  for (const agent of state.agents.values()) {
    if (!isLive(agent) || isIn(agent, container)) continue;
    after = withEnded(after, agent, { state: "exited", reason: "container_lost", cause: "container_lost", at: now });
  }
  return after;
}

function observeAgents(state: TownState, status: SeenStatus, at: { now: Time; limits: Limits }): TownState {
  let after = state;
  for (const agent of state.agents.values()) {
    if (!isLive(agent) || !isIn(agent, state.container)) continue;
    const listed = status.agents.find((one) => one.agent === agent.agent && one.generation === agent.generation);
    if (listed === undefined) after = observeMissing(after, agent, at);
    // The status repairs a report that was lost; it never takes back what a report has told.
    else if (listed.state === "running" && agent.state === "starting") {
      after = withAgent(after, { ...agent, state: "running", since: at.now, aliveAt: at.now });
    }
  }
  return after;
}

/** An agent that its container does not mention has ended, once its own report of that has had the time to arrive. */
function observeMissing(
  state: TownState,
  agent: AgentState,
  { now, limits }: { now: Time; limits: Limits },
): TownState {
  const wished = state.wishes.get(agent.agent)?.generation === agent.generation;
  if (!wished) {
    const asked = agent.stop?.askedAt ?? null;
    if (asked === null || now < asked + limits.settleMs) return state;
    return withEnded(state, agent, { state: "exited", reason: "stopped", cause: "stopped", at: now });
  }
  // A start that was asked for and is not confirmed yet is asked for again by the plan, never concluded upon.
  if (agent.state === "starting") return state;
  if (now < Math.max(agent.since, agent.aliveAt ?? 0) + limits.silentMs) return state;
  return withEnded(state, agent, { state: "exited", reason: "crashed", cause: "crashed", at: now });
}

/** After too many containers that never answered, the wished starts have failed: the town is told instead of left waiting. */
function giveUpStarts(state: TownState, now: Time, limits: Limits): TownState {
  const { container } = state;
  if (container.state !== "stopped" || container.failures < limits.maxFailures || state.wishes.size === 0) return state;
  const reason = `the container did not start ${container.failures} times in a row; the last time: ${container.reason}; see the dispatcher's log`;
  let after: TownState = { ...state, container: { ...container, failures: 0 } };
  for (const wish of state.wishes.values()) {
    const known = state.agents.get(wish.agent);
    if (known !== undefined && isLive(known)) continue;
    after = withEnded(after, notAsked(wish, now), { state: "failed", reason, cause: null, at: now });
  }
  return after;
}
