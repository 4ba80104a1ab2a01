import { verdictSubject, type Owner, type Verdict } from "@gastown/contracts";
import type { Bus } from "./connect.ts";
import { wireOf } from "./wire.ts";

/**
 * Tells whoever waits what became of a command. Call it after the commit. It is a wake-up that may be missed: the truth is the
 * owner's inbox (decision 0007).
 */
// oxlint-disable-next-line eslint/max-params -- said in one line: bus, tell the verdict of this owner and town
export function tellVerdict(bus: Bus, owner: Owner, town: string, verdict: Verdict): void {
  const { connection } = wireOf(bus);
  if (connection.isClosed() || connection.isDraining()) return;
  connection.publish(verdictSubject(owner, town, verdict.command), JSON.stringify(verdict));
}
