import { changeAgentModel as command } from "@gastown/contracts";
import { modelWished } from "../domain/model-wishes.ts";
import { defineHandler } from "./command-handler.ts";

/** The model is wished; the look that follows asks the agent's host for it. */
export const changeAgentModel = defineHandler(command, (state, data, { cause, now }) => ({
  decided: modelWished(state, { ...data, cause }, now),
  look: true,
}));
