import { expect, test } from "vitest";
import { idleSince, leavesPlace, mayTakePlace, mustYield, placeAwaited, placeYielded } from "./places.ts";
import { aContainer, anAgent, aTown, aWish, now } from "./test/builders.ts";

test.each([
  // taken, ahead, may
  [0, 0, true],
  [2, 0, true],
  [3, 0, false],
  [5, 0, false],
  [2, 1, false],
  [1, 1, true],
  [0, 3, false],
])("of 3 places %i are taken and %i towns waited longer: %s", (taken, ahead, may) => {
  expect(mayTakePlace({ taken, stopping: 0, waiting: ahead, ahead }, { maxContainers: 3 })).toBe(may);
});

test.each([
  // taken, stopping, waiting, must
  [3, 0, 0, false],
  [3, 0, 1, true],
  [3, 1, 1, false],
  [3, 1, 2, true],
  [2, 0, 1, false],
  [2, 0, 2, true],
  [5, 0, 0, false],
  [5, 2, 1, true],
])("of 3 places %i are taken, %i of them for moments only, and %i towns wait: %s", (taken, stopping, waiting, must) => {
  expect(mustYield({ taken, stopping, waiting, ahead: 0 }, { maxContainers: 3 })).toBe(must);
});

test("the place in the queue is that of the first try, and is left by a start", () => {
  const waits = placeAwaited(aTown({ container: aContainer({ state: "stopped" }) }), now);
  expect(waits.container.waitsSince).toBe(now);
  expect(placeAwaited(waits, now + 1)).toBe(waits);
  expect(leavesPlace(waits.container, { ...waits.container, waitsSince: null })).toBe(true);
});

test("a place is left by a stop, and by nothing else a container does", () => {
  const container = aContainer();
  expect(leavesPlace(container, { ...container, state: "stopped" })).toBe(true);
  expect(leavesPlace(container, { ...container, state: "stopping" })).toBe(false);
  expect(leavesPlace({ ...container, state: "stopped" }, { ...container, state: "stopped" })).toBe(false);
});

test("it is given up by a container without work only", () => {
  const idle = aTown({ container: aContainer() });
  expect(placeYielded(idle)?.container.state).toBe("stopping");
  expect(placeYielded(aTown({ container: aContainer(), wishes: [aWish()] }))).toBeNull();
  expect(placeYielded(aTown({ container: aContainer({ state: "stopped" }) }))).toBeNull();
});

test("idle is since the last end, or the start; not with work", () => {
  const container = aContainer({ startedAt: now - 10 });
  expect(idleSince(aTown({ container }))).toBe(now - 10);
  const agents = [
    anAgent("gt-1", { state: "exited", since: now - 3 }),
    anAgent("gt-2", { state: "failed", since: now - 5 }),
  ];
  expect(idleSince(aTown({ container, agents }))).toBe(now - 3);
  expect(idleSince(aTown({ container, agents: [anAgent()] }))).toBeNull();
});
