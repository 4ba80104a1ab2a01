import { answerTerminals, publishTerminal, type Bus } from "@gastown/bus";
import type { Logger } from "@gastown/telemetry";
import type { Agents } from "../agents/agents.ts";
import type { Heartbeat } from "../heartbeat.ts";
import type { RunningServers } from "./running-servers.ts";
import { terminalHandlers } from "./terminal-handlers.ts";
import { terminalRules } from "./terminal.ts";
import { Terminals, type TerminalAgent } from "./terminals.ts";

interface ServeOptions {
  bus: Bus;
  town: string;
  agents: Agents;
  servers: RunningServers;
  heartbeat: Heartbeat;
  logger: Logger;
  signal: AbortSignal;
}

/** While somebody types, so often it is told at most that the agent is used; the next heartbeat may come too late for an idle stop. */
const tellUseMs = 10_000;

/** Serves the terminals of a container's agents over the bus, until the signal aborts. */
export function serveTerminals({ bus, town, agents, servers, heartbeat, logger, signal }: ServeOptions): Terminals {
  const runOf = (agent: string) => agents.runs().find(({ job, state }) => job.agent === agent && state === "running");
  let toldUse = 0;
  const terminals = new Terminals({
    find(agent): TerminalAgent | null {
      const run = runOf(agent);
      const server = servers.of(agent);
      return run === undefined || server === null ? null : { name: run.job.name, terminals: server.terminals ?? null };
    },
    used(agent) {
      const run = runOf(agent);
      const now = Date.now();
      if (run === undefined) return;
      run.usedAt = new Date(now);
      if (now - toldUse < tellUseMs) return;
      toldUse = now;
      void heartbeat.beat();
    },
    tell: (agent, session, output) => publishTerminal(bus, { town, agent, session }, output),
    rules: terminalRules,
    logger,
  });
  answerTerminals(bus, town, terminalHandlers(terminals, logger), { logger, signal });
  return terminals;
}
