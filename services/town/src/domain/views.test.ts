import { describe, expect, it } from "vitest";
import { anAgent, anIssue, aRequest, aRig, aTown, now } from "./builders.ts";
import { agentView, beadView, rigView, townView } from "./views.ts";

describe("views", () => {
  it("show nothing of what is ours alone", () => {
    expect(townView(aTown())).not.toHaveProperty("nextNumber");
    expect(rigView(aRig())).not.toHaveProperty("askedAt");
    expect(agentView(anAgent("gt-21", { aliveAt: now }))).toMatchObject({
      aliveAt: "2027-01-15T08:00:00.000Z",
      activeAt: null,
    });
    expect(agentView(anAgent("gt-21"))).not.toHaveProperty("process");
  });

  it("show a work item with its merge request", () => {
    const request = aRequest("gt-2", "gt-1", { re: { pull: null } });
    expect(beadView(anIssue("gt-1"), { blockedBy: [], request }).mergeRequest).toMatchObject({
      source: "gt-1",
      pull: null,
      causes: [],
    });
    const told = aRequest("gt-2", "gt-1");
    const causes = [
      { state: "behind" as const, message: "3 behind" },
      { state: "draft" as const, message: "" },
    ];
    const withCauses = {
      ...told,
      request: { ...told.request, pull: told.request.pull && { ...told.request.pull, causes } },
    };
    expect(beadView(withCauses, { blockedBy: [], request: null }).mergeRequest).toMatchObject({
      pull: 3,
      causes: ["behind: 3 behind", "draft"],
    });
  });
});
