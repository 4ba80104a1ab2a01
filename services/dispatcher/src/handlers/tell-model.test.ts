import { agentModelChanged, agentModelFailed, agentReady, reportModel, type Envelope } from "@gastown/contracts";
import { expect, test } from "vitest";
import { emptyTown } from "../domain/state.ts";
import { aModelWish } from "../domain/test/builders.ts";
import type { Handled, Received } from "./command-handler.ts";
import { report } from "./report.ts";
import { tellModel } from "./tell-model.ts";

const state = emptyTown("alpha");
const now = Date.parse("2026-11-23T00:00:00.000Z");

function received(data: object): Received {
  const envelope = { id: "c-1", townid: "alpha", correlationid: "c-0", data } as Envelope;
  return { envelope, cause: { command: "c-1", correlation: "c-0", traceparent: null }, now };
}
const told = ({ told: drafts = [] }: Handled) => drafts.map(({ descriptor, data }) => [descriptor.type, data]);

const about = { agent: "gt-1", generation: 2, wished: "m2" };
const wish = { ...about, before: "m1", at: "2026-11-23T00:00:00.000Z", container: "alpha-1" };

test.each([
  [
    "a model that was changed",
    { ...wish, model: "m2", failure: null },
    [agentModelChanged.type, { ...about, model: "m2", before: "m1" }],
    { ...about, model: "m2", failure: null },
  ],
  [
    "one that was not, with what is in effect",
    { ...wish, model: "m1", failure: "no room\0" },
    [agentModelFailed.type, { ...about, model: "m1", reason: "no room" }],
    { ...about, model: "m1", failure: "no room" },
  ],
])("%s is told as an event, and to the town", (_, data, event, toTown) => {
  const handled = tellModel.handle(state, received(data));
  expect(handled).toMatchObject({ decided: { state }, look: false });
  expect(told(handled)).toEqual([event, [reportModel.type, toTown]]);
});

test("the town is told in its own words what it wished: null for the installation's model", () => {
  const wished = {
    ...state,
    models: new Map([["gt-1", aModelWish("gt-1", { generation: 2, model: null, name: "m2" })]]),
  };
  const handled = tellModel.handle(wished, received({ ...wish, model: "m2", failure: null }));
  expect(told(handled)[1]).toEqual([reportModel.type, { ...about, wished: null, model: "m2", failure: null }]);
  expect(handled).toMatchObject({ decided: { state: { models: new Map() } } });
});

const start = {
  phases: { sdk_ready: 12, session_created: 3 },
  totalMs: 20,
  prewarmed: true,
  resumed: true,
  failure: null,
};
const running = { agent: "gt-1", generation: 1, reason: "", at: "2026-11-23T00:00:00.000Z" };

test.each([
  ["a start that is up", { ...running, state: "running", start, container: "alpha-0" }, true],
  ["one that does not say how it went", { ...running, state: "running", container: "alpha-0" }, false],
  ["a start that failed", { ...running, state: "failed", start, container: "alpha-0" }, false],
  ["a start told by another container than the town's", { ...running, state: "running", start, container: "x" }, false],
])("%s: how long it took is told: %#", (_, data, expected) => {
  const events = told(report.handle(state, received(data))).filter(([type]) => type === agentReady.type);
  const { failure: _none, ...ready } = start;
  const event = [agentReady.type, { agent: "gt-1", generation: 1, container: "alpha-0", ...ready }];
  expect(events).toEqual(expected ? [event] : []);
});
