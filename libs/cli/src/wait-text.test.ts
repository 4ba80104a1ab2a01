import type { Schema } from "@gastown/client";
import { expect, test } from "vitest";
import { placesText, waitsOf } from "./wait-text.ts";

type Waits = Schema<"Container">["agents"][number]["waits"];
const since = "2026-11-23T10:11:12.000Z";
const places = { maxContainers: 2, maxAgents: 6, taken: 2, waiting: 3, ahead: 1 };
const started = { generation: 1, state: "waiting", since, inputTokens: 0, outputTokens: 0 };

function waitOf(waits: Waits): string | undefined {
  const agents = [{ agent: "gt-1", ...started, waits }];
  return waitsOf({ items: [{ container: "lab-1", state: "running", seenAt: null, agents }], places }).get("gt-1");
}

test.each<[string, Waits, string]>([
  ["it runs", null, ""],
  [
    "no place for a container is free",
    { since, for: "container_place", refusal: null },
    "waits for one of 2 container places, 1 town before it, since 10:11:12",
  ],
  [
    "the container is full",
    { since, for: "agent_place", refusal: null },
    "waits for one of 6 places in the container, since 10:11:12",
  ],
  [
    "the container refused it",
    { since, for: "refused", refusal: "the container\nis draining" },
    "waits to be asked for again, since 10:11:12; refused: the container is draining",
  ],
])("%s", (_, waits, says) => {
  expect(waitOf(waits)).toBe(says);
});

test("what is being started says so, and the first in the queue that it is", () => {
  const agents = [
    { agent: "gt-1", ...started, state: "starting", waits: null },
    { agent: "gt-2", ...started, waits: { since, for: "container_place", refusal: null } as const },
  ];
  const items = [{ container: "lab-1", state: "starting" as const, seenAt: null, agents }];
  const waits = waitsOf({ items, places: { ...places, ahead: 0 } });
  expect(waits.get("gt-1")).toBe("is being started, since 10:11:12");
  expect(waits.get("gt-2")).toBe("waits for one of 2 container places, its town is next, since 10:11:12");
});

test("the queue in a line; without an answer nothing is known of who waits", () => {
  expect(placesText(places)).toBe("2 of 2 container places are taken, 3 towns wait for one");
  expect(waitsOf(null).size).toBe(0);
});
