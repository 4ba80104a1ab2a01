import { expect, test } from "vitest";
import { readTurn, type Turn } from "../../agents/turn.ts";
import { createTurnKeeper } from "./turn-keeper.ts";

test.each<[string, unknown, { cancelled?: boolean }, Turn]>([
  ["an end", { stopReason: "end_turn" }, {}, { is: "over" }],
  ["a refusal is an answer", { stopReason: "refusal" }, {}, { is: "over" }],
  ["a cancelled turn", { stopReason: "cancelled" }, {}, { is: "failed", message: "Aborted: the turn was cancelled" }],
  [
    // opencode 1.18.33 says so of a turn that was cancelled while it tried its model again.
    "an end that was asked for",
    { stopReason: "end_turn" },
    { cancelled: true },
    { is: "failed", message: "Aborted: the turn was cancelled" },
  ],
  [
    "an error after it was asked to end",
    new Error("gone"),
    { cancelled: true },
    { is: "failed", message: "Aborted: the turn was cancelled" },
  ],
  ["too much", { stopReason: "max_tokens" }, {}, { is: "failed", message: "The turn ended early: max_tokens" }],
  ["an error", new Error("Incorrect API key"), {}, { is: "failed", message: "Incorrect API key" }],
])("%s", async (_, answer, { cancelled = false }, turn) => {
  const turns = createTurnKeeper("s-1");
  expect(readTurn(turns.facts(false), null)).toEqual({ is: "unseen" });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const settled = turns.begin(promise);
  expect(readTurn(turns.facts(true), null)).toEqual({ is: "running" });
  expect(turns.facts(true).toolRunning).toBe(true);
  if (cancelled) turns.cancel();
  if (answer instanceof Error) reject(answer);
  else resolve(answer);
  await settled;
  expect(readTurn(turns.facts(true), null)).toEqual(turn);
  expect(turns.facts(true).toolRunning).toBe(false);
});

test("each prompt is another one, and an answer that is none has failed", async () => {
  const turns = createTurnKeeper("s-1");
  await turns.begin(Promise.resolve({ stopReason: "end_turn" }));
  const before = turns.facts(false).lastPrompt;
  await turns.begin(Promise.resolve({}));
  expect(turns.facts(false).lastPrompt).not.toBe(before);
  expect(readTurn(turns.facts(false), before)).toMatchObject({ is: "failed" });
});
