/** The town is not stopped, and its breaker has counted nothing. */
import { thawTown as command } from "@gastown/contracts";
import { applied, defineInput } from "../input.ts";

export const thawTown = defineInput({
  command,
  needs: () => ({}),
  decide({ town }, _data, { actor }) {
    const nothing = town.stopped === null && town.failures.length === 0;
    return applied(nothing ? [] : [{ type: "town.thawed", by: actor }]);
  },
});
