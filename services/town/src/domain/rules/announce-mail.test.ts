import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import { aMessage, anAgent, aSnapshot, aWorker, now } from "../builders.ts";
import { announceMail } from "./announce-mail.ts";

const mail = [aMessage("gt-6", "gt-21"), aMessage("gt-5", "gt-21")];

function look(beads = mail, agent: Agent = aWorker("gt-21", "gt-1")) {
  return announceMail.look(aSnapshot({ beads, agents: [agent] }), now);
}

describe("announce-mail", () => {
  it("tells an agent at work of all its new mail at once", () => {
    expect(look()).toEqual({
      decisions: [{ do: "announce-mail", agent: "gt-21", beads: ["gt-5", "gt-6"] }],
      explanations: [],
      nextLook: null,
    });
  });

  it.each([
    ["was announced", [aMessage("gt-5", "gt-21", { announced: true })]],
    ["was fetched", [aMessage("gt-5", "gt-21", { status: "closed" })]],
    ["is for nobody that exists", [aMessage("gt-5", "gt-9")]],
  ])("says nothing of mail that %s", (_reason, beads) => {
    expect(look(beads).decisions).toEqual([]);
  });

  it.each([
    ["is idle", anAgent("gt-21")],
    ["has not begun to run", aWorker("gt-21", "gt-1", { process: { state: "starting", askedAt: now } })],
  ])("lets mail wait for an agent that %s", (_reason, agent) => {
    expect(look(mail, agent)).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});
