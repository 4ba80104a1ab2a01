import { agentExited, agentStarted, containerStarted, containerStopped, reportAgent } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import type { Fact } from "../domain/changes.ts";
import type { Cause } from "../domain/state.ts";

const actor = "service:dispatcher";

export interface FactOptions {
  town: string;
  /** The kind of the container runtime. */
  runtime: string;
  /** The message that is being handled; without one, a fact about an agent follows from the command that wished it. */
  causationId?: string;
}

/** The messages that tell facts: an event for everybody, and about agents a command to the town, whose rules act on it. */
export function factMessages(facts: readonly Fact[], options: FactOptions): OutboxDraft[] {
  return facts.flatMap((fact) => messagesOf(fact, options));
}

function messagesOf(fact: Fact, options: FactOptions): OutboxDraft[] {
  const { town, runtime } = options;
  switch (fact.kind) {
    case "container-started": {
      const { container } = fact;
      return [{ descriptor: containerStarted, data: { container, runtime }, ...ofContainer(container, options) }];
    }
    case "container-stopped": {
      const { container, reason } = fact;
      return [{ descriptor: containerStopped, data: { container, reason }, ...ofContainer(container, options) }];
    }
    case "agent-started": {
      const { agent, generation, container } = fact;
      const about = { town, ...ofAgent(fact, options) };
      return [
        { descriptor: agentStarted, data: { agent, generation, container }, ...about },
        {
          descriptor: reportAgent,
          data: { agent, generation, state: "running", reason: "", at: iso(fact.at) },
          ...about,
        },
      ];
    }
    case "agent-ended": {
      const { agent, generation, state, endCause } = fact;
      const reason = fact.reason.slice(0, maxReason);
      const about = { town, ...ofAgent(fact, options) };
      return [
        { descriptor: agentExited, data: { agent, generation, state, reason }, ...about },
        {
          descriptor: reportAgent,
          data: {
            agent,
            generation,
            state,
            reason,
            ...(endCause === null ? {} : { cause: endCause }),
            at: iso(fact.at),
          },
          ...about,
        },
      ];
    }
  }
}

/** The contract's limit. */
const maxReason = 500;

function ofContainer(container: string, { town, causationId }: FactOptions) {
  return { town, actor, subject: `container/${container}`, causationId: causationId ?? `container/${container}` };
}

function ofAgent({ agent, cause }: { agent: string; cause: Cause }, { causationId }: FactOptions) {
  return {
    actor,
    subject: `agent/${agent}`,
    causationId: causationId ?? cause.command,
    correlationId: cause.correlation,
    // While a message is handled its own trace is active, and that is the better parent.
    ...(causationId === undefined && cause.traceparent !== null ? { traceparent: cause.traceparent } : {}),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
