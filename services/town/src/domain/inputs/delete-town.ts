/** There is no town of this id any more, nor anything in it; the forge and the dispatcher are told to forget it. */
import { deleteTown as command } from "@gastown/contracts";
import { applied, defineInput } from "../input.ts";

export const deleteTown = defineInput({
  command,
  needs: () => ({}),
  decide: (_state, _data, { town, actor }) => applied([{ type: "town.deleted", by: actor }], { town }),
});
