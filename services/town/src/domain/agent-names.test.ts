import { describe, expect, it } from "vitest";
import { agentSlug, type Agent } from "./agent.ts";
import { identityOf, nextName } from "./agent-names.ts";
import { anAgent } from "./builders.ts";

describe("names", () => {
  it("come from a pool of 20, unique in the town, then are counted", () => {
    const agents: Agent[] = [];
    for (let i = 0; i < 22; i += 1) agents.push(anAgent(`gt-${i}`, { name: nextName("polecat", agents) }));
    expect(new Set(agents.map((agent) => agent.name)).size).toBe(22);
    expect(agents.slice(19).map((agent) => agent.name)).toEqual(["Vise", "Polecat-21", "Polecat-22"]);
    expect(nextName("refinery", agents)).toBe("refinery");
  });

  it("make identities and branches", () => {
    expect(identityOf("Anvil", "polecat", { rigPrefix: "gt", town: "a-long-town-id" })).toBe(
      "Anvil-polecat-gt@a-long-t",
    );
    expect(agentSlug("Polecat-21")).toBe("polecat-21");
    expect(agentSlug("-Ä b__c-")).toBe("b-c");
  });
});
