import type { Logger } from "@gastown/telemetry";
import type { Agents } from "./agents/agents.ts";
import type { TownLink } from "./town-link.ts";

interface HeartbeatOptions {
  everyMs: number;
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
export function startHeartbeat({ everyMs, agents, town, logger }: HeartbeatOptions): Heartbeat {
  let beating: Promise<void> | null = null;
  let again = false;
  async function tell(): Promise<void> {
    const beats = agents.beats();
    if (beats.length === 0) return;
    try {
      await town.heartbeat(beats);
    } catch (error) {
      logger.warn({ error }, "a heartbeat was not taken");
    }
  }
  async function tellUntilTold(): Promise<void> {
    do {
      again = false;
      await tell();
    } while (again);
  }
  function beat(): Promise<void> {
    // One at a time: what became true since the one under way began is told by one more.
    again = beating !== null;
    beating ??= tellUntilTold().finally(() => (beating = null));
    return beating;
  }
  const timer = setInterval(() => void beat(), everyMs);
  return { beat, stop: () => clearInterval(timer) };
}
