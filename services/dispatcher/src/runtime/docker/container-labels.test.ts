import { expect, test } from "vitest";
import { containerLabels, engineName, readLabels, volumeName } from "./container-labels.ts";

test("a container's labels say again what it is", () => {
  const container = { name: "river-12", town: "river", generation: 12 };
  expect(readLabels(containerLabels("acme", container))).toEqual(container);
});

test.each([
  [{}],
  [{ "gastown.town": "river", "gastown.generation": "1" }],
  [{ "gastown.container": "river-1", "gastown.generation": "1" }],
  [{ "gastown.container": "river-1", "gastown.town": "river", "gastown.generation": "one" }],
  [{ "gastown.container": "river-1", "gastown.town": "river" }],
])("labels %j are none of ours", (labels) => {
  expect(readLabels(labels as Record<string, string>)).toBeNull();
});

test("no two installations make the same name", () => {
  expect(engineName("a", "b-c-1")).not.toBe(engineName("a-b", "c-1"));
  expect(volumeName("a", "b-c")).not.toBe(volumeName("a-b", "c"));
});
