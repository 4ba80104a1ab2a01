import { expect, test } from "vitest";
import type { Limits } from "../config.ts";
import type { SessionFacts } from "../runtime/agent-runtime.ts";
import { nextStep, readTurn, type Turn, type Watched } from "./turn.ts";

const done = { to: "p2", complete: true, error: null };

const turns: [why: string, facts: Partial<SessionFacts>, turn: Turn][] = [
  ["idle before the prompt is stored is not the end of the turn before", { lastPrompt: "p1" }, { is: "unseen" }],
  ["an empty session has not seen the prompt", { lastPrompt: null, reply: null }, { is: "unseen" }],
  ["busy is running, whatever the messages say", { status: { is: "busy" }, reply: done }, { is: "running" }],
  ["idle without an answer yet is a moment between", { reply: null }, { is: "unanswered" }],
  ["an answer to an older prompt is not the answer", { reply: { ...done, to: "p1" } }, { is: "unanswered" }],
  ["an answer that was never completed is none", { reply: { ...done, complete: false } }, { is: "unanswered" }],
  ["a complete answer of an idle session ends it", { reply: done }, { is: "over" }],
  [
    "an answer with an error failed",
    { reply: { ...done, error: "APIError: 401" } },
    { is: "failed", message: "APIError: 401" },
  ],
  [
    "a retry is shown with its number",
    { status: { is: "retry", attempt: 3, message: "500" } },
    { is: "retrying", attempt: 3, message: "500" },
  ],
  ["offline waits for us", { status: { is: "offline" } }, { is: "offline" }],
];

test.each(turns)("turn: %s", (_why, facts, turn) => {
  expect(
    readTurn({ status: { is: "idle" }, lastPrompt: "p2", reply: null, toolRunning: false, ...facts }, "p1"),
  ).toEqual(turn);
});

const unused = { startMs: 1, gitMs: 1, deafMs: 1, lookMs: 1 };
const limits: Limits = { ...unused, stallMs: 1_000, turnMs: 90_000, modelRetries: 2, reminders: 1, afterDoneMs: 500 };
const now = 100_000;
const steps: [why: string, turn: Turn, watched: Partial<Watched>, step: object][] = [
  ["work goes on", { is: "running" }, { activeAt: now - 1_000 }, { do: "wait" }],
  [
    "silence is given up",
    { is: "running" },
    { activeAt: now - 1_001 },
    { do: "end", reason: expect.stringMatching(/^stalled/), cause: "crashed" },
  ],
  [
    "a turn that never ends is given up, however busy it looks",
    { is: "running" },
    { promptedAt: now - 90_001 },
    { do: "end", reason: "endless: a turn of more than 90 s", cause: "crashed" },
  ],
  ["a turn without gt_done is reminded once", { is: "over" }, {}, { do: "remind" }],
  [
    "and then given up",
    { is: "over" },
    { reminders: 1 },
    { do: "end", reason: expect.stringMatching(/^no_result/), cause: "crashed" },
  ],
  [
    "a failed turn is told with the model's words",
    { is: "failed", message: "401" },
    {},
    { do: "end", reason: "model_failed: 401", cause: "model_failed" },
  ],
  ["some retries are waited for", { is: "retrying", attempt: 2, message: "500" }, {}, { do: "wait" }],
  [
    "not all of them",
    { is: "retrying", attempt: 3, message: "500" },
    {},
    { do: "end", reason: "model_failed: 500", cause: "model_failed" },
  ],
  [
    "nor for ever, whatever delay the provider asks for",
    { is: "retrying", attempt: 1, message: "429" },
    { activeAt: 0 },
    { do: "end", reason: "model_failed: 429", cause: "model_failed" },
  ],
  [
    "offline is not waited for for ever either",
    { is: "offline" },
    { activeAt: 0 },
    { do: "end", reason: expect.stringMatching(/^model_failed/), cause: "model_failed" },
  ],
  ["offline is answered", { is: "offline" }, {}, { do: "unblock" }],
  ["a young prompt may be unseen", { is: "unseen" }, { promptedAt: now - 60_000 }, { do: "wait" }],
  [
    "an old one is lost",
    { is: "unseen" },
    { promptedAt: now - 60_001 },
    { do: "end", reason: expect.stringMatching(/^prompt_lost/), cause: "crashed" },
  ],
  [
    "a prompt may be unanswered for a moment",
    { is: "unanswered" },
    { promptedAt: now - 60_000, activeAt: 0 },
    { do: "wait" },
  ],
  [
    "also between two steps of its turn",
    { is: "unanswered" },
    { promptedAt: 0, activeAt: now - 60_000 },
    { do: "wait" },
  ],
  [
    "then another one begins its turn",
    { is: "unanswered" },
    { promptedAt: now - 60_001, activeAt: 0 },
    { do: "remind" },
  ],
  [
    "once",
    { is: "unanswered" },
    { promptedAt: now - 60_001, activeAt: 0, reminders: 1 },
    { do: "end", reason: expect.stringMatching(/^no_result/), cause: "crashed" },
  ],
  ["after an accepted gt_done the last words are heard", { is: "running" }, { doneAt: now - 500 }, { do: "wait" }],
  ["but not for long", { is: "running" }, { doneAt: now - 501 }, { do: "end", reason: "done", cause: "crashed" }],
  ["the end of the turn ends it", { is: "over" }, { doneAt: now }, { do: "end", reason: "done", cause: "crashed" }],
  [
    "a failure after gt_done is no failure",
    { is: "failed", message: "500" },
    { doneAt: now },
    { do: "end", reason: "done", cause: "crashed" },
  ],
];

test.each(steps)("step: %s", (...[, turn, watched, step]) => {
  const given = { promptedAt: now, activeAt: now, reminders: 0, doneAt: null, ...watched };
  expect(nextStep(turn, given, { limits, now, stays: false })).toEqual(step);
});

test.each<[string, Turn]>([
  ["is over", { is: "over" }],
  ["failed", { is: "failed", message: "it is out of credit" }],
])("who has no work item that ends waits to be spoken to when its turn %s", (_, turn) => {
  const idle = { promptedAt: 0, activeAt: 0, reminders: 0, doneAt: null };
  expect(nextStep(turn, idle, { limits, now: 10_000_000, stays: true })).toEqual({ do: "wait" });
});
