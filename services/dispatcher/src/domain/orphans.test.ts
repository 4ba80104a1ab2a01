import { expect, test } from "vitest";
import { findOrphans, type Installation } from "./orphans.ts";

const container = (name: string, alive = true) => {
  const [town = "", generation] = name.split("-");
  return { name, town, generation: Number(generation), alive };
};
const process = { town: "alpha", agent: "gt-1", pid: 7, command: "opencode serve" };

const healthy: Installation = {
  listed: [container("alpha-2")],
  towns: new Map([["alpha", { generation: 2, state: "running" }]]),
  processes: [process],
  agents: new Map([["alpha", new Set(["gt-1"])]]),
};

test.each<[string, Partial<Installation>, string[]]>([
  ["all is wanted", {}, []],
  ["a town without a row", { towns: new Map() }, ["alpha-2: nothing is known of its town"]],
  [
    "an earlier container beside the newest",
    { listed: [container("alpha-1"), container("alpha-2")] },
    ["alpha-1: the town's container is number 2"],
  ],
  [
    "a container of a town that is stopped",
    { towns: new Map([["alpha", { generation: 2, state: "stopped" }]]) },
    ["alpha-2: the town's container counts as stopped"],
  ],
  [
    "the record of an ended container of a town that is stopped",
    {
      listed: [container("alpha-2", false)],
      towns: new Map([["alpha", { generation: 2, state: "stopped" }]]),
      processes: [],
    },
    [],
  ],
  [
    "a container that is about to be stopped",
    { towns: new Map([["alpha", { generation: 2, state: "stopping" }]]) },
    [],
  ],
  ["an agent whose container is gone", { listed: [] }, ["gt-1, process 7: its town has no container: opencode serve"]],
  [
    "an agent whose container has ended",
    { listed: [container("alpha-2", false)] },
    ["gt-1, process 7: its town has no container: opencode serve"],
  ],
  [
    "an agent that its container does not have",
    { agents: new Map([["alpha", new Set(["gt-2"])]]) },
    ["gt-1, process 7: its container does not run that agent: opencode serve"],
  ],
  ["a container that does not say what it has", { agents: new Map() }, []],
])("%s", (_, changed, orphans) => {
  expect(findOrphans({ ...healthy, ...changed }).map(({ name, detail }) => `${name}: ${detail}`)).toEqual(orphans);
});
