import type { AgentRole } from "@gastown/contracts";
import { expect, test } from "vitest";
import { polecatJob } from "../test/polecat-job.ts";
import { rolePrompts } from "./role-prompts.ts";

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
  const system = rolePrompts.polecat.system(job);
  for (const part of [job.branch, "npm test", "gt_done", "never push", "gt_escalate"]) expect(system).toContain(part);
  const prompt = rolePrompts.polecat.prompt(job);
  for (const part of ["gt-10: Write b", "Put two into b.txt.", "The test is missing.", "write the test"])
    expect(prompt).toContain(part);
});

test("what is not there is not spoken of", () => {
  const prompt = rolePrompts.polecat.prompt(polecatJob("gt-1", " "));
  for (const part of ["<work-item>", "feedback", "note", "null"]) expect(prompt).not.toContain(part);
});

test("a refinery is told the commit, the work item and both outcomes, and to change nothing", () => {
  const job = polecatJob("gt-1", "", { role: "refinery", review });
  const system = rolePrompts.refinery.system(job);
  for (const part of ["never change code", "approved", "changes_requested", "origin/main...HEAD"])
    expect(system).toContain(part);
  const prompt = rolePrompts.refinery.prompt(job);
  for (const part of [review.head, "Pull request 7", "gt-2: Write b", "Please write b."])
    expect(prompt).toContain(part);
});

test.each<AgentRole>(["polecat", "refinery", "mayor"])("a %s knows its name, role and the common rules", (role) => {
  const system = rolePrompts[role].system(polecatJob("gt-1", "", { role, review }));
  expect(system).toMatch(new RegExp(`^You are Toast, (a|the) ${role}\\b`));
  expect(system).toContain("Nobody watches you");
});
