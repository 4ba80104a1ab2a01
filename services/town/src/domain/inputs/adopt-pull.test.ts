import { describe, expect, it } from "vitest";
import { aContext, aSnapshot } from "../builders.ts";
import { adoptPull } from "./adopt-pull.ts";

describe("adopt-pull", () => {
  it("makes a merge request without an author, of which the forge is to tell (kilo-town §1.6 babysit)", () => {
    const decided = adoptPull.decide(aSnapshot(), { rig: "web", number: 9 }, aContext());
    expect(decided).toMatchObject({ outcome: "applied", result: { bead: "gt-rs" } });
    expect(decided.outcome === "applied" ? decided.changes : []).toMatchObject([
      {
        type: "bead.created",
        bead: {
          type: "merge_request",
          status: "open",
          rig: "web",
          labels: ["gt:merge-request", "gt:babysit"],
          createdBy: "user:ann",
          request: { source: null, adopts: 9, target: "main", pull: null, awaitsReport: true, openAskedAt: null },
        },
      },
    ]);
    expect(adoptPull.needs({ rig: "web", number: 9 })).toEqual({ rigs: ["web"] });
  });

  it("knows no other rigs", () => {
    expect(adoptPull.decide(aSnapshot(), { rig: "ios", number: 9 }, aContext())).toMatchObject({
      code: "rig_not_found",
    });
  });
});
