import { agentWorkRescued, reportRescue, type Envelope } from "@gastown/contracts";
import { expect, test } from "vitest";
import { emptyTown } from "../domain/state.ts";
import { tellRescue } from "./tell-rescue.ts";

const state = emptyTown("alpha");
const now = Date.parse("2026-11-23T00:00:00.000Z");
const rescued = {
  rig: "app",
  agent: "gt-21",
  bead: "gt-1",
  branch: "gt/toast/gt-1",
  pushedTo: "gt/rescue/toast/gt-1/012345678901",
  head: "0".repeat(40),
  why: "moved_on",
};
const told = { at: "2026-11-23T00:00:00.000Z", container: "alpha-1" };
const inBranch = { ...rescued, agent: null, bead: null };

test.each([
  [
    "for a bead: to everybody, and to the town for its history",
    rescued,
    [
      [agentWorkRescued.type, "agent/gt-21", { ...rescued, ...told }],
      [reportRescue.type, "agent/gt-21", rescued],
    ],
  ],
  [
    "on a branch of nobody: to everybody",
    inBranch,
    [[agentWorkRescued.type, "container/alpha-1", { ...inBranch, ...told }]],
  ],
])("rescued work is told %s", (_, work, messages) => {
  const envelope = { id: "c-1", townid: "alpha", correlationid: "c-0", data: { ...work, ...told } } as Envelope;
  const handled = tellRescue.handle(state, {
    envelope,
    cause: { command: "c-1", correlation: "c-0", traceparent: null },
    now,
  });
  expect(handled).toMatchObject({ decided: { state }, look: false });
  expect(handled.told?.map(({ descriptor, subject, data }) => [descriptor.type, subject, data])).toEqual(messages);
});
