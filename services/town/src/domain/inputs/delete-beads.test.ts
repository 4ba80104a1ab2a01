import { describe, expect, it } from "vitest";
import { aContext, anIssue, aRequest, aSnapshot } from "../builders.ts";
import { deleteBeads } from "./delete-beads.ts";

const state = aSnapshot({ beads: [anIssue("gt-1"), aRequest("gt-2", "gt-1"), anIssue("gt-3")] });

describe("delete-beads", () => {
  it("deletes beads with what is below them, the lower ones first", () => {
    expect(deleteBeads.needs({ beads: ["gt-1"] })).toEqual({ treesOf: ["gt-1"] });
    expect(deleteBeads.decide(state, { beads: ["gt-1"] }, aContext())).toEqual({
      outcome: "applied",
      changes: [
        { type: "bead.deleted", bead: "gt-2", beadType: "merge_request" },
        { type: "bead.deleted", bead: "gt-1", beadType: "issue" },
      ],
      result: { deleted: ["gt-1", "gt-2"], missing: [] },
    });
  });

  it("tells which ids do not exist, each once, and deletes the others: deleting twice changes nothing", () => {
    expect(deleteBeads.decide(state, { beads: ["gt-zz", "gt-3", "gt-zz", "gt-3"] }, aContext())).toEqual({
      outcome: "applied",
      changes: [{ type: "bead.deleted", bead: "gt-3", beadType: "issue" }],
      result: { deleted: ["gt-3"], missing: ["gt-zz"] },
    });
    expect(deleteBeads.decide(state, { beads: ["gt-zz"] }, aContext())).toEqual({
      outcome: "applied",
      changes: [],
      result: { deleted: [], missing: ["gt-zz"] },
    });
  });
});
