import { expect, test } from "vitest";
import { changes, endOf } from "./changes.ts";
import type { Fact } from "./changes.ts";
import type { TownState } from "./state.ts";
import { aCause, aContainer, anAgent, aTown, aWish, now } from "./test/builders.ts";

interface Row {
  name: string;
  why: string;
  before: TownState;
  after: TownState;
  facts: Partial<Fact>[];
}

const starting = anAgent("gt-1", { state: "starting" });
const exited = anAgent("gt-1", { state: "exited", reason: "done", since: now + 1 });
const container = aContainer();
const rows: Row[] = [
  {
    name: "nothing changed",
    why: "nothing is told",
    before: aTown({ container, agents: [anAgent()] }),
    after: aTown({ container, agents: [anAgent()] }),
    facts: [],
  },
  {
    name: "a wish, an ask, a heartbeat",
    why: "what we plan and how we feel is nobody's business: facts are told",
    before: aTown({ container }),
    after: aTown({ container: { ...container, seenAt: now + 1 }, wishes: [aWish()], agents: [starting] }),
    facts: [],
  },
  {
    name: "the container was begun",
    why: "it runs when it answers, not before",
    before: aTown(),
    after: aTown({ container: aContainer({ state: "starting" }) }),
    facts: [],
  },
  {
    name: "the container answers",
    why: "now it runs",
    before: aTown({ container: aContainer({ state: "starting" }) }),
    after: aTown({ container }),
    facts: [{ kind: "container-started", container: "river-1" }],
  },
  {
    name: "the container drains",
    why: "it runs still",
    before: aTown({ container }),
    after: aTown({ container: aContainer({ state: "stopping" }) }),
    facts: [],
  },
  {
    name: "the container ended",
    why: "told with the reason",
    before: aTown({ container }),
    after: aTown({ container: aContainer({ state: "stopped", reason: "exit code 1" }) }),
    facts: [{ kind: "container-stopped", container: "river-1", reason: "exit code 1" }],
  },
  {
    name: "the container ended before it answered",
    why: "people want to see that too",
    before: aTown({ container: aContainer({ state: "starting" }) }),
    after: aTown({ container: aContainer({ state: "stopped", reason: "exit code 1" }) }),
    facts: [{ kind: "container-stopped", reason: "exit code 1" }],
  },
  {
    name: "another container took its place",
    why: "both are told, the end first",
    before: aTown({ container }),
    after: aTown({ container: aContainer({ generation: 2 }) }),
    facts: [
      { kind: "container-stopped", container: "river-1", reason: "a newer one took its place" },
      { kind: "container-started", container: "river-2" },
    ],
  },
  {
    name: "an agent runs",
    why: "told with the cause of its wish",
    before: aTown({ container, agents: [starting] }),
    after: aTown({ container, agents: [anAgent("gt-1", { since: now + 1 })] }),
    facts: [
      { kind: "agent-started", agent: "gt-1", generation: 1, container: "river-1", at: now + 1, cause: aCause() },
    ],
  },
  {
    name: "an agent is being stopped",
    why: "its end will be told",
    before: aTown({ container, agents: [anAgent()] }),
    after: aTown({ container, agents: [anAgent("gt-1", { state: "stopping" })] }),
    facts: [],
  },
  {
    name: "an agent ended",
    why: "told once: with its reason and time",
    before: aTown({ container, agents: [anAgent()] }),
    after: aTown({ container, agents: [exited] }),
    facts: [
      {
        kind: "agent-ended",
        agent: "gt-1",
        generation: 1,
        state: "exited",
        reason: "done",
        at: now + 1,
        cause: aCause(),
      },
    ],
  },
  {
    name: "a start that never ran has ended",
    why: "who waits for it has to hear",
    before: aTown({ wishes: [aWish()] }),
    after: aTown({ agents: [exited] }),
    facts: [{ kind: "agent-ended", state: "exited" }],
  },
  {
    name: "a newer start took the place of one that ran",
    why: "every start that was told as running is told as ended",
    before: aTown({ container, agents: [anAgent()] }),
    after: aTown({ container, agents: [anAgent("gt-1", { generation: 2, since: now + 1 })] }),
    facts: [
      { kind: "agent-ended", generation: 1, state: "exited", reason: "superseded" },
      { kind: "agent-started", generation: 2 },
    ],
  },
  {
    name: "a newer start took the place of one that had ended",
    why: "that end was told",
    before: aTown({ container, agents: [exited] }),
    after: aTown({ container, agents: [{ ...starting, generation: 2 }] }),
    facts: [],
  },
];

test.each(rows)("$name: $why", ({ before, after, facts }) => {
  expect(changes(before, after)).toMatchObject(facts);
});

test("the end of an agent can be told again, and only an end", () => {
  expect(endOf(exited)).toMatchObject([{ kind: "agent-ended", reason: "done", at: now + 1 }]);
  expect(endOf(starting)).toEqual([]);
});
