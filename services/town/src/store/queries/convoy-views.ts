import type { ConvoyView } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import type { Convoy, Issue, MergeRequest } from "../../domain/bead.ts";
import { convoyView } from "../../domain/convoy-view.ts";
import { loadBeads } from "../load-beads.ts";

/** The convoys as others see them, with their beads and landings looked up at once. */
export async function convoyViews(tx: Tx, town: string, convoys: readonly Convoy[]): Promise<ConvoyView[]> {
  const named = convoys.flatMap(({ members, landings }) => [
    ...members,
    ...landings.flatMap(({ request }) => request ?? []),
  ]);
  const loaded = await loadBeads(tx, town, named);
  const issues = new Map(
    loaded.filter((bead): bead is Issue => bead.type === "issue").map((bead) => [bead.bead, bead]),
  );
  const requests = loaded.filter((bead): bead is MergeRequest => bead.type === "merge_request");
  return convoys.map((convoy) =>
    convoyView(convoy, { members: convoy.members.flatMap((id) => issues.get(id) ?? []), requests }),
  );
}
