import { expect, test } from "vitest";
import type { ModelAnswer } from "./agent-run.ts";
import { judgeModel, type Verdict } from "./model-trial.ts";
import type { Turn } from "./turn.ts";

const open: Verdict = { is: "open" };
const accepted: Verdict = { is: "accepted" };
const failed = (providerStatus?: number): Turn => ({
  is: "failed",
  message: "no",
  ...(providerStatus !== undefined && { providerStatus }),
});
const refused = (status: number): Verdict => ({
  is: "refused",
  reason: `its provider refuses it (HTTP ${status}): no`,
});
const heard = (status: number): ModelAnswer => ({ status, accepted: false });

test.each<[why: string, turn: Turn, answer: ModelAnswer | undefined, verdict: Verdict]>([
  ["a turn under way says nothing", { is: "running" }, undefined, open],
  ["one that is tried again says nothing", { is: "retrying", attempt: 1, message: "no" }, heard(404), open],
  ["a turn that is over had its model", { is: "over" }, undefined, accepted],
  ["an unknown model", failed(404), undefined, refused(404)],
  ["one that counts as a bad request", failed(400), undefined, refused(400)],
  ["one that cannot be processed", failed(422), undefined, refused(422)],
  ["one that is not for this key", failed(403), undefined, refused(403)],
  ["no key is no word on the model", failed(401), undefined, open],
  ["nor is no credit", failed(402), undefined, open],
  ["nor are too many calls", failed(429), undefined, open],
  ["nor is a provider in trouble", failed(503), undefined, open],
  ["a failure of another kind says nothing", failed(), undefined, open],
  ["a program that does not tell the status: what the model service heard counts", failed(), heard(404), refused(404)],
  ["what the program tells counts more", failed(401), heard(404), open],
  ["who answered once has the model", failed(404), { status: 404, accepted: true }, accepted],
  ["also while the turn goes on", { is: "running" }, { status: 200, accepted: true }, accepted],
])("%s", (_, turn, answer, verdict) => {
  expect(judgeModel({ wished: "m2", before: "m1", tried: true }, turn, answer)).toEqual(verdict);
});

test("a failure from before anything was said on the model is not its own", () => {
  expect(judgeModel({ wished: "m2", before: "m1", tried: false }, failed(404), undefined)).toEqual(open);
  expect(judgeModel({ wished: "m2", before: "m1", tried: false }, { is: "over" }, undefined)).toEqual(open);
});
