import type { Schema } from "@gastown/client";
import { expect, test } from "vitest";
import { queueText } from "./queue-text.ts";

type Queue = Schema<"Queue">;
const since = "2026-11-23T10:11:12.000Z";
const busy = { town: "town", container: "town-1", state: "running", agents: 1, starts: 0 } as const;
const taken: Queue = { maxContainers: 1, maxAgents: 6, taken: 1, waiting: 0, containers: [busy], towns: [] };
const lake = { town: "lake", since, starts: ["app-2", "app-4"] };

test.each<[string, Queue, RegExp[]]>([
  ["nobody waits", taken, [/^1 of 1 container places are taken, 0 towns wait/, /Towns that wait\nnothing\n$/]],
  [
    "one waits for a town at work",
    { ...taken, waiting: 1, towns: [lake] },
    [
      /1 +lake +2026-11-23T10:11:12.000Z +app-2,app-4/,
      /lake gets the next place: when all work/,
      /GASTOWN_MAX_CONTAINERS \(now 1\)/,
    ],
  ],
  [
    "one waits for a town that has nothing to do",
    { ...taken, waiting: 1, towns: [lake], containers: [{ ...busy, agents: 0 }] },
    [/lake gets the next place: town has nothing to do and gives its own up/],
  ],
  [
    "starts wait in a container",
    { ...taken, containers: [{ ...busy, starts: 2 }] },
    [/Starts wait for the container of town to come up, or for one of its 6 places/],
  ],
  [
    "a place has just become free",
    { ...taken, taken: 0, waiting: 1, towns: [lake], containers: [] },
    [/lake gets the next place: one is free/],
  ],
])("the queue when %s", (_, queue, says) => {
  for (const what of says) expect(queueText(queue, 1_000)).toMatch(what);
});
