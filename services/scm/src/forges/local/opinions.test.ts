import { expect, test } from "vitest";
import { opinionsOn, type GivenReview } from "./opinions.ts";

const review = (reviewer: string, verdict: GivenReview["verdict"], commit = "head"): GivenReview => ({
  reviewer,
  verdict,
  commit,
  body: "",
});
const cases: {
  name: string;
  reviews: GivenReview[];
  required: number;
  word: string;
  given: number;
  objections?: number;
}[] = [
  { name: "nobody, none required", reviews: [], required: 0, word: "none", given: 0 },
  { name: "nobody, one required", reviews: [], required: 1, word: "required", given: 0 },
  { name: "a person approves", reviews: [review("user:ann", "approve")], required: 1, word: "approved", given: 1 },
  {
    name: "an agent's approval does not count",
    reviews: [review("agent:gt-1", "approve")],
    required: 1,
    word: "required",
    given: 0,
  },
  {
    name: "a service's approval does not count",
    reviews: [review("service:bot", "approve")],
    required: 1,
    word: "required",
    given: 0,
  },
  {
    name: "one person twice is one",
    reviews: [review("user:ann", "approve"), review("user:ann", "approve")],
    required: 2,
    word: "required",
    given: 1,
  },
  {
    name: "an approval of an earlier head does not count",
    reviews: [review("user:ann", "approve", "old")],
    required: 1,
    word: "required",
    given: 0,
  },
  {
    name: "a person objects",
    reviews: [review("user:ann", "request_changes")],
    required: 0,
    word: "changes_requested",
    given: 0,
    objections: 1,
  },
  {
    name: "an agent objects to this head",
    reviews: [review("agent:gt-1", "request_changes")],
    required: 0,
    word: "changes_requested",
    given: 0,
    objections: 1,
  },
  {
    name: "an agent's objection is over with its head",
    reviews: [review("agent:gt-1", "request_changes", "old")],
    required: 0,
    word: "none",
    given: 0,
  },
  {
    name: "a person's objection is not: it waits for them",
    reviews: [review("user:ann", "request_changes", "old")],
    required: 0,
    word: "none",
    given: 0,
    objections: 1,
  },
  {
    name: "a latest opinion replaces the one before",
    reviews: [review("user:ann", "request_changes"), review("user:ann", "approve")],
    required: 1,
    word: "approved",
    given: 1,
  },
  {
    name: "a comment is no opinion",
    reviews: [review("user:ann", "approve"), review("user:ann", "comment")],
    required: 1,
    word: "approved",
    given: 1,
  },
  {
    name: "one approves, another objects",
    reviews: [review("user:ann", "approve"), review("user:bob", "request_changes")],
    required: 1,
    word: "changes_requested",
    given: 1,
    objections: 1,
  },
];

test.each(cases)("$name: $word", ({ reviews, required, word, given, objections = 0 }) => {
  const opinions = opinionsOn("head", reviews, required);
  expect(opinions.review).toBe(word);
  expect(opinions.approvals.given).toBe(given);
  expect(opinions.objections).toHaveLength(objections);
});
