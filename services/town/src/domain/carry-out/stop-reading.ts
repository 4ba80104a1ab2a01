import type { Change } from "../change.ts";
import { restAgent } from "../endings.ts";
import type { TownState } from "../state.ts";
import { theAgent, theRequest } from "./carried.ts";

/** Nobody reads the merge request any more: its refinery is idle, and what it would have said counts no more. */
export function stopReading(
  state: TownState,
  { bead, reader, reason }: { bead: string; reader: string | null; reason: string },
): Change[] {
  if (reader === null) return [];
  const request = theRequest(state, bead);
  return [
    ...(request.status === "open"
      ? []
      : [{ type: "bead.status-changed", bead, from: request.status, to: "open", reason } as const]),
    ...restAgent(theAgent(state, reader), bead, reason),
    { type: "review.withdrawn", bead, reason },
  ];
}
