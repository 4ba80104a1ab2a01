import { describe } from "vitest";
import { aContainer, anAgent, aNudge, aStatus, aTown, aWish, limits, listed, now, seen } from "./test/builders.ts";
import { checkPlans } from "./test/check-plans.ts";

const container = aContainer();
const atWork = { container, wishes: [aWish()], agents: [anAgent()] };
const here = seen({ status: aStatus(listed()) });

describe("what is to be said to an agent", () => {
  checkPlans([
    {
      name: "two nudges",
      why: "the host is asked at once, in the order of the wishes, and again when it does not say that it has",
      state: aTown({ ...atWork, nudges: [aNudge("n-2", { wishedAt: now + 1 }), aNudge("n-1")] }),
      seen: here,
      actions: [{ kind: "give-nudges", agent: "gt-1", nudges: ["n-1", "n-2"] }],
      next: limits.silentMs,
    },
    {
      name: "asked a moment ago",
      why: "not in a tight loop",
      state: aTown({ ...atWork, nudges: [aNudge("n-1", { askedAt: now - 100, asks: 1 })] }),
      seen: here,
      actions: [],
      next: 400,
    },
    {
      name: "said",
      why: "once",
      state: aTown({ ...atWork, nudges: [aNudge("n-1", { askedAt: now - 100, asks: 1, givenAt: now })] }),
      seen: here,
      actions: [],
      next: limits.silentMs,
    },
    {
      name: "to a start that waits",
      why: "it is said when that runs",
      state: aTown({
        container,
        wishes: [aWish("gt-1", { askedAt: now, refusal: "not yet", refusals: 1 })],
        nudges: [aNudge()],
      }),
      seen: seen(),
      actions: [],
      next: 500,
    },
    {
      name: "to an agent whose container does not answer",
      why: "when it answers again, or is lost",
      state: aTown({ ...atWork, nudges: [aNudge()] }),
      seen: seen({ status: null }),
      actions: [],
      next: 2_000,
    },
  ]);
});
