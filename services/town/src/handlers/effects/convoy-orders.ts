import type { ConvoyDecision } from "../../domain/decisions/convoy-decision.ts";
import type { Orders } from "./order.ts";

export const convoyOrders: Orders<ConvoyDecision["do"]> = {
  "ask-branch": null,
  "tell-progress": null,
  "request-landing": null,
  "note-landed": null,
  "close-convoy": null,
  "fail-convoy": null,
  "request-fixup": null,
  "park-request": null,
};
