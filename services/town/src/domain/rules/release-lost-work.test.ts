import type { EndCause } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Agent, Process } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { anAgent, anIssue, aRequest, aRig, aSnapshot, aWorker, now } from "../builders.ts";
import { releaseLostWork } from "./release-lost-work.ts";

const bead = anIssue("gt-1", { status: "in_progress", assignee: "gt-21", attempts: 1 });
const reading = aRequest("gt-2", "gt-9", {
  status: "in_progress",
  assignee: "gt-22",
  attempts: 2,
  re: { review: "requested" },
});

function look(beads: readonly Bead[], agents: readonly Agent[], listeningSince = 0) {
  return releaseLostWork.look(aSnapshot({ beads, agents, listeningSince }), now);
}

const ended = (how: "exited" | "failed", cause?: EndCause): Process => {
  return { state: "ended", how, reason: "why", ...(cause === undefined ? {} : { cause }) };
};
const unheard = (process: Process, more: Partial<Agent> = {}) => ({ process, aliveAt: now - 90_001, ...more });
const starting: Process = { state: "starting", askedAt: now - 90_001 };

describe("release-lost-work", () => {
  it.each([
    [
      "crashed",
      aWorker("gt-21", "gt-1", { process: { state: "ended", how: "exited", reason: "crashed" } }),
      "Anvil ended: crashed",
      false,
    ],
    [
      "is silent for longer than 90 s (A2)",
      aWorker("gt-21", "gt-1", { aliveAt: now - 90_001 }),
      "Anvil was not heard of for 90 s",
      true,
    ],
    ["was never heard of (A1)", aWorker("gt-21", "gt-1", { aliveAt: null }), "Anvil was not heard of for 90 s", true],
    [
      "was given up before",
      aWorker("gt-21", "gt-1", { process: { state: "lost" } }),
      "Anvil was not heard of for 90 s",
      true,
    ],
    [
      "never started, whoever said that it works",
      aWorker("gt-21", "gt-1", { process: { state: "none" } }),
      "Anvil was not heard of for 90 s",
      true,
    ],
  ])("takes work from an agent that %s", (_reason, ...[agent, reason, lost]) => {
    expect(look([bead], [agent]).decisions).toEqual([
      { do: "release", bead: "gt-1", agent: "gt-21", reason, lost, setback: false },
    ]);
  });

  it.each<[string, Partial<Agent>, boolean]>([
    ["could not start", { process: ended("failed") }, true],
    ["was lost with its container", { process: ended("exited", "container_lost") }, true],
    ["had no model to work with", { process: ended("exited", "model_failed") }, true],
    ["was saved because its container was drained", { process: ended("exited", "saved") }, true],
    ["was stopped", { process: ended("exited", "stopped") }, true],
    ["was never heard of after it was sent", unheard(starting), true],
    ["crashed", { process: ended("exited", "crashed") }, false],
    ["ended without handing in", { process: ended("exited", "done") }, false],
    ["ended for a reason nobody told", { process: ended("exited") }, false],
    ["fell silent", unheard({ state: "running" }), false],
    ["fell silent after it did something, its start untold", unheard(starting, { activeAt: now - 95_000 }), false],
    [
      "fell silent after it used something, its start untold",
      unheard(starting, { used: { tokens: 7, microUsd: 0 } }),
      false,
    ],
  ])("knows whether it is nobody's fault that an agent %s (W8)", (_reason, fields, setback) => {
    expect(look([bead], [aWorker("gt-21", "gt-1", fields)]).decisions).toMatchObject([{ do: "release", setback }]);
  });

  it("names the attempts that the rig allows", () => {
    const rigs = [aRig({ policyOverride: { maxDispatchAttempts: 2 } })];
    const snapshot = aSnapshot({ beads: [bead], agents: [aWorker("gt-21", "gt-1")], rigs });
    expect(releaseLostWork.look(snapshot, now).explanations[0]?.says).toContain("attempt 1 of 2");
  });

  it.each([
    ["does not exist", []],
    ["has another hook", [aWorker("gt-21", "gt-3")]],
    ["does not work (B3)", [anAgent("gt-21", { hook: "gt-1" })]],
  ])("takes work that is in progress with an agent that %s", (_reason, agents) => {
    expect(look([bead], agents).decisions).toEqual([
      { do: "release", bead: "gt-1", agent: "gt-21", reason: "no agent works on it", lost: false, setback: false },
    ]);
  });

  it("takes work in progress that nobody has", () => {
    expect(look([{ ...bead, assignee: null }], []).decisions).toMatchObject([{ do: "release", agent: null }]);
  });

  it("takes a merge request from a refinery that is lost", () => {
    const refinery = aWorker("gt-22", "gt-2", {
      role: "refinery",
      name: "refinery",
      process: { state: "ended", how: "exited", reason: "crashed" },
    });
    const source = anIssue("gt-9", { status: "in_review" });
    expect(look([source, reading], [refinery]).decisions).toMatchObject([
      { do: "release", bead: "gt-2", agent: "gt-22" },
    ]);
  });

  it("unassigns an open bead whose assignee does not know of it (B1b)", () => {
    const open = anIssue("gt-1", { assignee: "gt-21" });
    expect(look([open], [anAgent("gt-21")]).decisions).toMatchObject([
      { do: "release", reason: "gt-21 is not hooked to it" },
    ]);
    expect(look([open], []).decisions).toHaveLength(1);
    expect(look([open], [anAgent("gt-21", { hook: "gt-1" })]).decisions).toEqual([]);
  });

  it("opens a bead in review that has no merge request (B4)", () => {
    const lost = anIssue("gt-1", { status: "in_review", assignee: "gt-21" });
    expect(look([lost], []).decisions).toMatchObject([
      { do: "release", reason: "it is in review, but has no merge request" },
    ]);
    expect(look([lost, aRequest("gt-2", "gt-1")], []).decisions).toEqual([]);
  });

  it("leaves work alone that is done, says by whom, and looks when its agent would be lost", () => {
    expect(look([bead], [aWorker("gt-21", "gt-1", { aliveAt: now - 90_000 })])).toEqual({
      decisions: [],
      explanations: [
        {
          bead: "gt-1",
          says: "is worked on by Anvil (gt-21, attempt 1 of 5)",
          movesWhen: "Anvil hands it in",
          until: null,
        },
      ],
      nextLook: now + 1,
    });
  });

  it("says of a merge request that is read, and of its work item, who reads it", () => {
    const refinery = aWorker("gt-22", "gt-2", { role: "refinery", name: "refinery" });
    expect(look([reading], [refinery]).explanations).toMatchObject([
      { bead: "gt-2", says: "is read by refinery (gt-22, attempt 2 of 5)" },
      { bead: "gt-9", says: "its pull request #3 (gt-2) is read by refinery (gt-22, attempt 2 of 5)" },
    ]);
  });

  it("blames nobody for the time in which we did not listen (W9)", () => {
    const silent = aWorker("gt-21", "gt-1", { aliveAt: now - 3_600_000 });
    expect(look([bead], [silent], now - 1000)).toMatchObject({ decisions: [], nextLook: now - 1000 + 90_001 });
  });
});
