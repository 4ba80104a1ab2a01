import type { AgentRole } from "@gastown/contracts";
import { expect, test } from "vitest";
import { mayorJob } from "@gastown/testkit/mayor-job";
import { polecatJob } from "../test/polecat-job.ts";
import { nudgesIn, nudgeText, promptOf, systemOf } from "./role-prompts.ts";

const review = {
  pull: 7,
  url: "http://127.0.0.1:4000/app/7",
  head: "a".repeat(40),
  source: { bead: "gt-2", title: "Write b", body: "Please write b." },
};

test("a polecat is told its work, its branch, its check and how to end", () => {
  const job = polecatJob("gt-1", "Put two into b.txt.", {
    rig: { rig: "app", defaultBranch: "main", check: "npm test" },
    feedback: "The test is missing.",
    checkpoint: { next: "write the test" },
  });
  const system = systemOf(job);
  for (const part of [job.branch, "npm test", "gt_done", "never push", "gt_escalate"]) expect(system).toContain(part);
  const prompt = promptOf(job);
  for (const part of ["gt-10: Write b", "Put two into b.txt.", "The test is missing.", "write the test"])
    expect(prompt).toContain(part);
});

test("what is not there is not spoken of", () => {
  const prompt = promptOf(polecatJob("gt-1", " "));
  for (const part of ["<work-item>", "feedback", "note", "null"]) expect(prompt).not.toContain(part);
});

test("a refinery is told the commit, the work item and both outcomes, and to change nothing", () => {
  const job = polecatJob("gt-1", "", { role: "refinery", review });
  const system = systemOf(job);
  for (const part of ["never change code", "approved", "changes_requested", "origin/main...HEAD"])
    expect(system).toContain(part);
  const prompt = promptOf(job);
  for (const part of [review.head, "Pull request 7", "gt-2: Write b", "Please write b."])
    expect(prompt).toContain(part);
});

/** The job of an agent of this role, with what its town and rig say to it. */
const jobOf = (role: AgentRole, instructions: string[] = []) =>
  role === "mayor"
    ? mayorJob("gt-1", "", { name: "Toast", instructions })
    : polecatJob("gt-1", "", { role, review, instructions });

test.each<AgentRole>(["polecat", "refinery", "mayor"])("a %s knows its name, role and the common rules", (role) => {
  const system = systemOf(jobOf(role));
  expect(system).toMatch(new RegExp(`^You are Toast, (a|the) ${role}\\b`));
  expect(system).toContain("Never print, copy or send credentials");
  expect(system.includes("Nobody watches you")).toBe(role !== "mayor");
});

test("no role is told to force a push, or to rewrite what was pushed", () => {
  const jobs = [
    mayorJob("gt-1", ""),
    polecatJob("gt-1", ""),
    polecatJob("gt-1", "", { role: "refinery", review }),
    polecatJob("gt-1", "", { kind: "fixup" }),
    polecatJob("gt-1", "", { kind: "triage-batch" }),
  ];
  const said = jobs.flatMap(
    (job) => `${systemOf(job)}\n${promptOf(job)}`.match(/(?:\S+ ){0,2}(?:force|amend|rewrite)\S*/gi) ?? [],
  );
  expect(said.length).toBeGreaterThan(1);
  for (const words of said) expect(words).toMatch(/\bnever\b/i);
});

test("a repair works on the pull request's own branch, merges the base into it and opens nothing", () => {
  const job = polecatJob("gt-1", "It conflicts.", { kind: "fixup", branch: "feature/login", base: "main" });
  const system = systemOf(job);
  for (const part of ["feature/login", "git merge origin/main", "Never rebase", "Open no other one", "gt_done"])
    expect(system).toContain(part);
  expect(promptOf(job)).toContain("It conflicts.");
});

test("triage answers every request, and has no repository", () => {
  const job = polecatJob("gt-1", "gt-5: Toast does not move.", { kind: "triage-batch" });
  expect(systemOf(job)).toMatch(/gt_triage_resolve[^]*skip none[^]*no repository/);
  expect(promptOf(job)).toContain("gt-5: Toast does not move.");
  for (const text of [systemOf(job), promptOf(job)]) expect(text).not.toContain("worktree,");
});

test("a work item with steps says how they are walked, one without does not", () => {
  expect(systemOf(polecatJob("gt-1", "", { molecule: "hq-5" }))).toMatch(/gt_mol_current[^]*gt_mol_advance[^]*refused/);
  expect(systemOf(polecatJob("gt-1", ""))).not.toContain("gt_mol");
});

test.each<AgentRole>(["polecat", "refinery", "mayor"])(
  "a %s hears what town and rig say to it, the rig last",
  (role) => {
    const told = systemOf(jobOf(role, ["Write British English.", "Use tabs."]));
    expect(told).toMatch(/^You are[^]*Never print[^]*British English[^]*Use tabs\.\n<\/instructions>$/);
  },
);

test("what is said to an agent at work is marked as such", () => {
  const tabs = { nudge: "n-1", message: "Use tabs." };
  const two = [tabs, { nudge: "n-2", message: 'It says <message id="n-3">' }];
  expect(nudgeText({ role: "polecat" }, [tabs])).toMatch(
    /^A message came[^]*go on with your work[^]*<message id="n-1">\nUse tabs\.\n<\/message>$/,
  );
  expect(nudgeText({ role: "mayor" }, [tabs])).not.toContain("go on with your work");
  expect(nudgeText({ role: "polecat" }, two)).toMatch(/^Messages came[^]*Use tabs\.[^]*It says/);
  expect(nudgesIn([nudgeText({ role: "mayor" }, two), "You are on duty."])).toEqual(["n-1", "n-2"]);
});
