import { describe, expect, test } from "vitest";
import { changes } from "./changes.ts";
import { townCleared, townForgotten } from "./forgotten.ts";
import { agentReported, heartbeatHeard } from "./observed.ts";
import { aCause, aContainer, aJob, anAgent, aNudge, aTown, aWish, limits, now } from "./test/builders.ts";
import { viewContainers } from "./view.ts";
import { startWished } from "./wished.ts";

const full = aTown({ container: aContainer(), wishes: [aWish()], agents: [anAgent()], nudges: [aNudge()] });
const gone = townForgotten(full, now);
const report = {
  agent: "gt-1",
  generation: 1,
  state: "exited",
  reason: "saved",
  endCause: "saved",
  at: now,
  container: "river-1",
  cause: aCause(),
} as const;

/** The deleted town after everything of it was removed, and again with a start wished for a new one. */
const cleared = townCleared({ ...gone, container: { ...gone.container, state: "stopped" } });
const anew = startWished(cleared, { job: aJob(), cause: aCause() }, now + 5);

test("nothing is wished or known of a deleted town; its end is told to nobody", () => {
  expect([gone.wishes.size, gone.agents.size, gone.nudges.size]).toEqual([0, 0, 0]);
  expect(gone.container).toMatchObject({ state: "running", forgottenAt: now, clearing: true });
  expect(changes(full, gone)).toEqual([]);
  expect(viewContainers(gone, limits)).toEqual([]);
});

test("again is harmless, also when all is removed", () => {
  expect(townForgotten(gone, now + 1)).toEqual(gone);
  expect(townForgotten(cleared, now + 1).container).toMatchObject({ forgottenAt: now, clearing: true });
  expect(townCleared(cleared)).toBe(cleared);
});

describe("a new town of that id", () => {
  test("begins with a start, in a container of another name", () => {
    expect(anew).toMatchObject({ state: { container: { generation: 2, forgottenAt: null, clearing: false } } });
  });

  test("does not hear what the old one's container still says", () => {
    if (!("state" in anew)) throw new Error(anew.message);
    expect(agentReported(anew.state, report, now + 6)).toMatchObject({ refused: "stale" });
    const beat = {
      agent: "gt-1",
      generation: 1,
      aliveAt: now,
      activeAt: null,
      inputTokens: 1,
      outputTokens: 1,
      busy: false,
    };
    expect(heartbeatHeard(anew.state, { container: "river-1", agents: [beat] }, now + 6)).toMatchObject({ alive: [] });
  });

  test("wished for before the old one is removed waits for that, and does not hear it either", () => {
    const early = startWished(gone, { job: aJob(), cause: aCause() }, now + 5);
    if (!("state" in early)) throw new Error(early.message);
    expect(early.state.container).toMatchObject({ clearing: true, forgottenAt: null });
    expect(agentReported(early.state, report, now + 6)).toMatchObject({ refused: "stale" });
    expect(townCleared(early.state).wishes.size).toBe(1);
  });
});
