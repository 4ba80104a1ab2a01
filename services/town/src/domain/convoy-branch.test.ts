import { branchName } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { convoyBranch, convoyOfBranch } from "./convoy-branch.ts";

describe("convoyBranch", () => {
  it.each([
    ["Add OAuth 2.0!", "convoy/add-oauth-2-0/hq-1a/head"],
    ["  -- Überall -- ", "convoy/berall/hq-1a/head"],
    ["!!!", "convoy/convoy/hq-1a/head"],
    ["a".repeat(60), `convoy/${"a".repeat(40)}/hq-1a/head`],
    [`${"a".repeat(39)} b`, `convoy/${"a".repeat(39)}/hq-1a/head`],
  ])("names the branch of %j after it (kilo-town §1.7)", (title, branch) => {
    expect(convoyBranch(title, "hq-1a")).toBe(branch);
    expect(branchName.safeParse(branch).success).toBe(true);
    expect(convoyOfBranch(branch)).toBe("hq-1a");
  });

  it.each(["main", "convoy/a/hq-1/gt/anvil/gt-2", "convoy/a/b/hq-1/head", "convoy/a/HQ-1/head", "gt/anvil/gt-2"])(
    "knows that %s is no feature branch",
    (branch) => {
      expect(convoyOfBranch(branch)).toBeNull();
    },
  );
});
