/** The rules look at the town now, whether or not anything is due. */
import { reconcileNow as command } from "@gastown/contracts";
import { applied, defineInput } from "../input.ts";

export const reconcileNow = defineInput({
  command,
  needs: () => ({}),
  decide: () => applied([{ type: "town.roused" }]),
});
