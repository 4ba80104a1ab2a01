import { forgetTownContainers as command } from "@gastown/contracts";
import { townForgotten } from "../domain/forgotten.ts";
import { defineHandler } from "./command-handler.ts";

/** Nothing is wished for the town any more; the look that follows stops its containers and removes what they left. */
export const forgetTown = defineHandler(command, (state, _data, { now }) => ({
  decided: { state: townForgotten(state, now) },
  look: true,
}));
