import { createBranch } from "@gastown/contracts";
import type { ConvoyDecision } from "../../domain/decisions/convoy-decision.ts";
import { convoyOf } from "../../domain/state.ts";
import { known, order, type Orders } from "./order.ts";

export const convoyOrders: Orders<ConvoyDecision["do"]> = {
  "ask-branch": (after, { bead, rigs }) => {
    const { branch } = known(convoyOf(after, bead), bead);
    const made = known(branch ?? undefined, `the feature branch of ${bead}`);
    return rigs.map((rig) => order(createBranch, `bead/${bead}`, { rig, branch: made }));
  },
  "tell-progress": null,
  "request-landing": null,
  "note-landed": null,
  "close-convoy": null,
  "fail-convoy": null,
  "fail-landing": null,
  "request-fixup": null,
  "end-fixup": null,
  "park-request": null,
};
