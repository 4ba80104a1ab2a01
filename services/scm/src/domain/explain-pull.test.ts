import { prState, type PrState } from "@gastown/contracts";
import { expect, test } from "vitest";
import { explainPull } from "./explain-pull.ts";

const explain = (state: PrState, followed = true) =>
  explainPull({ state, causes: [{ state, message: "because:\nof this" }], followed });

test.each<[PrState, string]>([
  ["conflicts", "agent"],
  ["changes_requested", "agent"],
  ["checks_failing", "agent"],
  ["unresolved_threads", "agent"],
  ["behind", "us"],
  ["ready", "us"],
  ["awaiting_approval", "person"],
  ["draft", "person"],
  ["blocked", "person"],
  ["checks_pending", "forge"],
  ["queued", "forge"],
  ["unknown", "forge"],
  ["stale_read", "forge"],
  ["merged", "nobody"],
  ["closed", "nobody"],
])("%s: next is %s", (state, nextActor) => {
  expect(explain(state)).toEqual({ says: "because", nextActor });
});

test("every state has somebody who acts next", () => {
  expect(prState.options.map((state) => explain(state).nextActor)).not.toContain(undefined);
});

test.each<PrState>(["conflicts", "behind", "ready"])("%s of one that nobody follows is for a person", (state) => {
  expect(explain(state, false).nextActor).toBe("person");
});

const plain = (state: PrState) => explainPull({ state, causes: [], followed: true }).says;

test("without a cause it says so in words", () => {
  expect([plain("ready"), plain("merged"), plain("unknown")]).toEqual([
    "nothing hinders the merge",
    "it is merged",
    "it was not read yet",
  ]);
});
