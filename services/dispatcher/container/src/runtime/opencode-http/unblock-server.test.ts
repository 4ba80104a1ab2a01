import { expect, test } from "vitest";
import { answerToLoss, lossAnswered, type Offline } from "./unblock-server.ts";

const none: Offline = { answered: 0, answeredAt: null };
const at = 1_000_000;

test.each<[string, Offline, number, ReturnType<typeof answerToLoss>]>([
  ["the first loss is waited out for a second", none, at + 999, null],
  ["then the program is told to try again", none, at + 1_000, "reply"],
  ["the second one for five seconds", { answered: 1, answeredAt: at - 100 }, at + 4_999, null],
  ["and tried again", { answered: 1, answeredAt: at - 100 }, at + 5_000, "reply"],
  ["the third one for fifteen", { answered: 2, answeredAt: at - 100 }, at + 14_999, null],
  ["and tried again, too", { answered: 2, answeredAt: at - 100 }, at + 15_000, "reply"],
  ["the fourth one ends the turn at once", { answered: 3, answeredAt: at - 100 }, at, "reject"],
  ["who worked since has lost it anew", { answered: 3, answeredAt: at - 30_001 }, at + 1_000, "reply"],
])("%s", (_, before, now, answer) => {
  expect(answerToLoss(before, at, now)).toBe(answer);
});

test("losses that follow each other are counted, and others begin from one", () => {
  const first = lossAnswered(none, at, at + 1_000);
  expect(first).toEqual({ answered: 1, answeredAt: at + 1_000 });
  const second = lossAnswered(first, at + 2_000, at + 7_000);
  expect(second).toEqual({ answered: 2, answeredAt: at + 7_000 });
  expect(lossAnswered(second, at + 60_000, at + 61_000)).toEqual({ answered: 1, answeredAt: at + 61_000 });
});
