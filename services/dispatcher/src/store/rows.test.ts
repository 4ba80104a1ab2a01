import { expect, test } from "vitest";
import { anAgent, aStop, now } from "../domain/test/builders.ts";
import { agentOf, agentRow } from "./rows.ts";

test.each([
  ["nobody wished", null],
  ["was wished", aStop()],
  ["was asked for", aStop({ askedAt: now + 1, asks: 2 })],
  ["was asked for with force", aStop({ askedAt: now + 9, asks: 3, forcedAt: now + 5 })],
])("a stop that %s is stored and read back as it is", (_situation, stop) => {
  const known = anAgent("gt-1", { stop });
  expect(agentOf(agentRow("river", known))).toEqual(known);
});

test.each([
  ["and asked for", now + 5, now + 5],
  ["and did not ask for", null, now],
])(
  "a stop that an earlier version wished %s counts from the last that is known, and was not forced",
  (_, askedAt, wishedAt) => {
    const row = agentRow("river", anAgent("gt-1", { since: now, stop: aStop({ askedAt, asks: 1 }) }));
    const { stop } = agentOf({ ...row, stopWishedAt: null, stopForcedAt: null });
    expect(stop).toEqual(aStop({ wishedAt, askedAt, asks: 1, forcedAt: null }));
  },
);
