import type { Logger } from "@gastown/telemetry";
import type { Agents } from "./agents/agents.ts";
import type { TownLink } from "./town-link.ts";

interface HeartbeatOptions {
  everyMs: number;
  container: string;
  agents: Agents;
  town: TownLink;
  logger: Logger;
}

/** Beats until it is stopped. */
export interface Heartbeat {
  /** One beat now; resolves when the bus took it or did not. */
  beat(): Promise<void>;
  stop(): void;
}

/** Tells every `everyMs` which agents live, when each last worked and what it used; nothing while there are none. */
export function startHeartbeat({ everyMs, container, agents, town, logger }: HeartbeatOptions): Heartbeat {
  let beating = false;
  async function beat(): Promise<void> {
    const beats = agents.beats();
    if (beating || beats.length === 0) return;
    beating = true;
    try {
      await town.heartbeat({ container, agents: beats });
    } catch (error) {
      logger.warn({ error }, "a heartbeat was not taken");
    } finally {
      beating = false;
    }
  }
  const timer = setInterval(() => void beat(), everyMs);
  return { beat, stop: () => clearInterval(timer) };
}
