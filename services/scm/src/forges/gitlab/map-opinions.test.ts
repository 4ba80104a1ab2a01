import { expect, test } from "vitest";
import type { GitlabApprovals, GitlabNote } from "./gitlab-shapes.ts";
import { mapOpinions, type OpinionReading } from "./map-opinions.ts";

const self = { id: 1, username: "gastown" };
const ann = { id: 2, username: "ann" };
const bob = { id: 3, username: "bob" };
const at = (hour: number) => `2026-11-22T${String(hour).padStart(2, "0")}:00:00Z`;

function opinionsOf(given: Partial<OpinionReading>) {
  const nothing = { approvals: { approved_by: [] }, reviewers: [], notes: [], headSince: null };
  return mapOpinions({ ...nothing, self: self.id, author: self.id, ...given });
}

function noteBy(author: GitlabNote["author"], hour: number, more: Partial<GitlabNote> = {}): GitlabNote {
  const note = { id: hour, body: `at ${hour}`, system: false, resolvable: false, resolved: false };
  return { ...note, author, created_at: at(hour), ...more };
}

const approvedBy = (...by: GitlabApprovals["approved_by"]): GitlabApprovals => ({ approved_by: by });

test("nobody said anything", () => {
  expect(opinionsOf({})).toEqual({ review: "none", objections: [], approvals: { given: 0, required: null } });
});

test.each([
  [2, 2, "required", 0],
  [2, 1, "required", 1],
  [2, 0, "approved", 2],
  [0, 0, "none", 0],
] as const)("of %i approvals %i are left: %s", (required, left, review, given) => {
  const approvals = { approvals_required: required, approvals_left: left, approved_by: [] };
  expect(opinionsOf({ approvals })).toMatchObject({ review, approvals: { given, required } });
});

test("where none is required, those of people on this head are counted", () => {
  const approvals = approvedBy(
    { user: ann, approved_at: at(10) },
    { user: bob, approved_at: at(8) },
    { user: self, approved_at: at(11) },
  );
  expect(opinionsOf({ approvals, headSince: at(9) }).approvals.given).toBe(1);
  expect(opinionsOf({ approvals, headSince: null }).approvals.given).toBe(2);
});

test.each(["unreviewed", "reviewed", "approved", "unapproved", "review_started", "of tomorrow"])(
  "a reviewer who is %s does not object",
  (state) => {
    expect(opinionsOf({ reviewers: [{ user: ann, state }] }).objections).toEqual([]);
  },
);

test("who requested changes objects with the newest words that are not resolved", () => {
  const notes = [
    noteBy(ann, 8),
    noteBy(bob, 9),
    noteBy(ann, 10, { resolvable: true, resolved: true }),
    noteBy(ann, 11, { system: true }),
  ];
  const { review, objections } = opinionsOf({ reviewers: [{ user: ann, state: "requested_changes" }], notes });
  expect(review).toBe("changes_requested");
  expect(objections).toEqual([{ reviewer: "ann", body: "at 8", outdated: false }]);
});

test.each([
  [7, "changes_requested", false],
  [12, "none", true],
] as const)("the head is of %i o'clock and the objection of 11: %s", (hour, review, outdated) => {
  const notes = [noteBy(ann, 10), noteBy(ann, 11, { system: true })];
  const opinions = opinionsOf({
    reviewers: [{ user: ann, state: "requested_changes" }],
    notes,
    headSince: at(hour),
  });
  expect(opinions.review).toBe(review);
  expect(opinions.objections).toMatchObject([{ outdated }]);
});

test("an objection whose time nobody knows holds", () => {
  const reviewers = [{ user: ann, state: "requested_changes" }];
  expect(opinionsOf({ reviewers, headSince: at(12) }).objections).toEqual([
    { reviewer: "ann", body: "", outdated: false },
  ]);
});
