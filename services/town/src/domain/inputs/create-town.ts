/** There is a town of this id; one that was there before is left as it is. */
import { createTown as command } from "@gastown/contracts";
import { applied, refused, type Input } from "../input.ts";

export const createTown: Input<typeof command> = {
  command,
  needs: () => ({ formerTown: true }),
  decide(state, data, { town, firstNumber }) {
    if (state !== null) return refused("already_exists", `there is a town ${town} already; choose another id`);
    const { name, policy: policyOverride, model } = data;
    const behind = firstNumber === undefined ? {} : { nextNumber: firstNumber };
    return applied([{ type: "town.created", town, name, policyOverride, model, ...behind }], { town });
  },
};
