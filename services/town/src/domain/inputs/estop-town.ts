/** The town is stopped: rules call all agents back, and nothing goes on until it is thawed. Stopped twice, it is stopped once. */
import { estopTown as command } from "@gastown/contracts";
import { applied, defineInput } from "../input.ts";

export const estopTown = defineInput({
  command,
  needs: () => ({}),
  decide: ({ town }, { reason }, { actor }) =>
    applied(town.stopped === null ? [{ type: "town.stopped", by: actor, reason }] : []),
});
