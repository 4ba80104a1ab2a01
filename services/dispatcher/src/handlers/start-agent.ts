import { startAgent as command } from "@gastown/contracts";
import { startWished } from "../domain/wished.ts";
import { defineHandler } from "./command-handler.ts";

/** The start is wished; the look that follows finds it a container. */
export const startAgent = defineHandler(command, (state, job, { cause, now }) => ({
  decided: startWished(state, { job, cause }, now),
  look: true,
}));
