import { expect, test } from "vitest";
import { statePaths } from "../state-paths.ts";
import { testRun } from "../test/agent-run.ts";
import { polecatJob } from "../test/polecat-job.ts";
import { rescueTeller } from "./rescue-teller.ts";

const paths = statePaths("/state");
const run = testRun(polecatJob("gt-21", ""));
const work = { branch: "gt/toast/gt-1", pushedTo: "gt/rescue/toast/gt-1/012", head: "0".repeat(40), why: "unfinished" };

test.each([
  ["in its own worktree", paths.worktree("gt-21", "gt-1"), { agent: "gt-21", bead: "gt-1" }],
  ["in another agent's", paths.worktree("gt-22", "gt-2"), { agent: "gt-22", bead: "gt-2" }],
  ["in no worktree", null, { agent: null, bead: null }],
  ["in a folder that was put aside", `${paths.worktree("gt-22", "gt-2")}.aside-1`, { agent: null, bead: null }],
  ["in a clone", paths.clone("gt-22", "web"), { agent: null, bead: null }],
  ["below a worktree", `${paths.worktree("gt-22", "gt-2")}/deep`, { agent: null, bead: null }],
])("work that is found %s is told as whose it is", (_, from, whose) => {
  const told: unknown[] = [];
  rescueTeller(paths, { rescued: (by, rescued) => told.push([by, rescued]) })(run, {
    ...work,
    from,
    why: "unfinished",
  });
  expect(told).toEqual([[run, { ...work, rig: run.job.rig?.rig, ...whose }]]);
});

test("names that are too long to be told are cut", () => {
  const told: { branch: string; pushedTo: string }[] = [];
  const long = "b".repeat(400);
  const teller = rescueTeller(paths, { rescued: (_, rescued) => told.push(rescued) });
  teller(run, { ...work, branch: long, pushedTo: long, from: null, why: "foreign_branch" });
  expect(told.map(({ branch, pushedTo }) => [branch.length, pushedTo.length])).toEqual([[300, 300]]);
});
