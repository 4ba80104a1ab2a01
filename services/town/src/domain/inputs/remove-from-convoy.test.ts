import { describe, expect, it } from "vitest";
import type { Bead, Convoy, Issue } from "../bead.ts";
import { aContext, aConvoy, anIssue, aSnapshot } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { removeFromConvoy } from "./remove-from-convoy.ts";

const context = aContext();
function remove(ids: readonly string[], beads: readonly Bead[]) {
  return removeFromConvoy.decide(aSnapshot({ beads }), { convoy: "hq-9", beads: [...ids] }, context);
}
function whole(fields: Partial<Issue> = {}, own: Partial<Convoy> = {}): Bead[] {
  const about = { convoy: "hq-9", parent: "hq-9" };
  return [
    aConvoy("hq-9", ["gt-1", "gt-2", "gt-3"], own),
    anIssue("gt-1", about),
    anIssue("gt-2", { ...about, dependsOn: ["gt-1", "gt-7"], blocked: true, ...fields }),
    anIssue("gt-3", { ...about, dependsOn: ["gt-2", "gt-1"], blocked: true }),
    anIssue("gt-7"),
  ];
}

describe("remove-from-convoy", () => {
  it("takes beads out with the dependencies between them and their former siblings (kilo-town §1.4)", () => {
    const beads = whole();
    const decided = remove(["gt-2"], beads);
    if (decided.outcome !== "applied") throw new Error(decided.message);
    expect(decided.result).toEqual({ convoy: "hq-9", beads: ["gt-1", "gt-3"] });
    const state = evolveAll(aSnapshot({ beads }), decided.changes, context.now);
    expect(state?.beads.get("hq-9")).toMatchObject({ members: ["gt-1", "gt-3"] });
    expect(state?.beads.get("gt-2")).toMatchObject({ convoy: null, parent: null, dependsOn: ["gt-7"] });
    expect(state?.beads.get("gt-3")).toMatchObject({ convoy: "hq-9", parent: "hq-9", dependsOn: ["gt-1"] });
    expect(removeFromConvoy.needs({ convoy: "hq-9", beads: ["gt-2"] })).toEqual({ convoys: ["hq-9"], beads: ["gt-2"] });
  });

  it("keeps the dependencies between those that leave together", () => {
    const decided = remove(["gt-1", "gt-2"], whole());
    const changes = decided.outcome === "applied" ? decided.changes : [];
    expect(changes).toEqual([
      { type: "bead.updated", bead: "gt-3", changed: { dependsOn: [] } },
      { type: "convoy.changed", bead: "hq-9", added: [], removed: ["gt-1", "gt-2"] },
    ]);
  });

  it.each<[string, Partial<Issue>, Partial<Convoy>]>([
    ["that has failed", { status: "failed", branch: "convoy/title/hq-9/gt/anvil/gt-2" }, {}],
    [
      "that was begun, when beads are merged one by one",
      { status: "in_progress", branch: "gt/anvil/gt-2" },
      { branch: null },
    ],
  ])("lets a bead go %s", (_reason, fields, own) => {
    expect(remove(["gt-2"], whole(fields, own))).toMatchObject({ outcome: "applied" });
  });

  it.each<[string, Partial<Issue>, string]>([
    ["that is closed", { status: "closed" }, "gt-2 is closed: it is part of what hq-9 lands"],
    [
      "that was begun for its feature branch",
      { branch: "b" },
      "gt-2 was begun for branch convoy/title/hq-9/head; close it instead (gastown close gt-2)",
    ],
  ])("keeps a bead %s", (_reason, fields, message) => {
    expect(remove(["gt-2"], whole(fields))).toEqual({ outcome: "refused", code: "wrong_state", message });
  });

  it("changes nothing for a bead that is in no convoy, or in another", () => {
    expect(remove(["gt-7"], whole())).toMatchObject({ outcome: "applied", changes: [] });
  });

  it("refuses beads that are not there, and convoys that are not or have ended", () => {
    expect(remove(["gt-8"], whole())).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
    expect(remove(["gt-2"], [])).toMatchObject({ outcome: "terminal", code: "convoy_not_found" });
    expect(remove(["gt-2"], whole({}, { status: "closed" }))).toMatchObject({ code: "wrong_state" });
  });
});
