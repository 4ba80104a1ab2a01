import { nudgeAgent as command } from "@gastown/contracts";
import { isGiven, nudgeWished } from "../domain/nudged.ts";
import { defineHandler, storable } from "./command-handler.ts";
import { nudgeReport } from "./nudge-messages.ts";

/** The nudge is to be said; the look that follows asks its host. What was said already, and what can never be said, is told at once. */
export const nudgeAgent = defineHandler(command, (state, data, { cause, now }) => {
  const asked = { ...data, message: storable(data.message), cause, wishedAt: now };
  const decided = nudgeWished(state, asked);
  const given = isGiven(state, data.nudge);
  if ("state" in decided && !given) return { decided, look: true };
  const reason = "state" in decided ? null : decided.message;
  return { decided, look: false, told: [nudgeReport(state.container.town, asked, reason)] };
});
