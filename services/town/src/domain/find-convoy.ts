import type { Convoy } from "./bead.ts";
import { notFound, refused, type Decided } from "./input.ts";
import { convoyOf, type TownState } from "./state.ts";

/** The convoy a command names, or the verdict of a command that names none. */
export function findConvoy(state: TownState, id: string): { readonly convoy: Convoy } | Decided {
  const convoy = convoyOf(state, id);
  return convoy === undefined ? notFound("convoy_not_found", `there is no convoy ${id}`) : { convoy };
}

/** The same for one that has not ended. */
export function findLiveConvoy(state: TownState, id: string): { readonly convoy: Convoy } | Decided {
  const found = findConvoy(state, id);
  if ("outcome" in found) return found;
  const { status } = found.convoy;
  return status === "open" ? found : refused("wrong_state", `${id} is ${status} and does not change any more`);
}
