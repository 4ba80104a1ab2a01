import type { AgentView } from "@gastown/contracts";
import { expect, test } from "vitest";
import { registeredAgents } from "./registered-agents.ts";

function view(agent: string): AgentView {
  const none = {
    rig: null,
    hook: null,
    aliveAt: null,
    activeAt: null,
    statusMessage: null,
    stalledAt: null,
    model: null,
  };
  const at = "2026-01-01T00:00:00.000Z";
  return { agent, name: agent, identity: agent, role: "mayor", status: "idle", generation: 1, createdAt: at, ...none };
}

test("all pages are asked for, and one that does not come is no end of the list", async () => {
  const pages = new Map([
    [undefined, { items: [view("gt-1"), view("gt-2")], next: "gt-2" }],
    ["gt-2", { items: [view("gt-3")], next: null }],
  ]);
  const ask = ({ after }: { after?: string | undefined }) => {
    const page = pages.get(after);
    return page === undefined ? Promise.reject(new Error("the town does not answer")) : Promise.resolve(page);
  };
  expect([...(await registeredAgents(ask))]).toEqual(["gt-1", "gt-2", "gt-3"]);
  pages.delete("gt-2");
  await expect(registeredAgents(ask)).rejects.toThrow(/does not answer/);
});
