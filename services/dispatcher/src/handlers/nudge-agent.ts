import { nudgeAgent as command } from "@gastown/contracts";
import { nudgeWished } from "../domain/nudged.ts";
import { defineHandler, storable } from "./command-handler.ts";
import { nudgeReport } from "./nudge-messages.ts";

/** The nudge is to be said; the look that follows asks its host. What can never be said is told to have failed at once. */
export const nudgeAgent = defineHandler(command, (state, data, { cause, now }) => {
  const asked = { ...data, message: storable(data.message), cause, wishedAt: now };
  const decided = nudgeWished(state, asked);
  if ("state" in decided) return { decided, look: true };
  return { decided, look: false, told: [nudgeReport(state.container.town, asked, decided.message)] };
});
