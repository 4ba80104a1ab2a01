import { stopAgent as command } from "@gastown/contracts";
import { stopWished } from "../domain/wished.ts";
import { defineHandler, storable } from "./command-handler.ts";

/** The start is not wished any more; the look that follows has it stopped. */
export const stopAgent = defineHandler(command, (state, { agent, generation, reason }, { cause, now }) => ({
  decided: stopWished(state, { agent, generation, reason: storable(reason), cause }, now),
  look: true,
}));
