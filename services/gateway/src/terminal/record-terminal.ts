import { newEnvelope, publish, type Bus, type InputOf } from "@gastown/bus";
import type { Event, TerminalAddress } from "@gastown/contracts";

interface Recorded<E extends Event> {
  bus: Bus;
  address: Pick<TerminalAddress, "town" | "agent">;
  /** The person: `user:<name>`. */
  actor: string;
  event: E;
  data: Omit<InputOf<E>, "agent">;
}

/** What a person does at a terminal stands in the town's log, under their name. Throws PublishError: then it may not be done. */
export async function recordTerminal<E extends Event>({
  bus,
  address,
  actor,
  event,
  data,
}: Recorded<E>): Promise<void> {
  const { town, agent } = address;
  const subject = `agent/${agent}`;
  const envelope = newEnvelope(event, { town, data: { ...data, agent }, actor, source: "/gateway", subject });
  await publish(bus, event, envelope);
}
