import { expect, test } from "vitest";
import { landingPath, type InstallOutcome } from "./landing.ts";

const step = "/onboarding?step=repo&town=acme";
const error = (code: Extract<InstallOutcome, { kind: "error" }>["error"], installation?: string): InstallOutcome => ({
  kind: "error",
  error: code,
  installation,
});

// The rows of kilo-container-api §8.4, on the page somebody came from and on the default page.
test.each<[string, InstallOutcome, string, string]>([
  ["installed", { kind: "linked" }, "&github_install=success", "?github_install=success&success=installed"],
  [
    "asked for",
    { kind: "pending" },
    "&github_install=pending&github_pending_approval=true",
    "?github_install=pending&pending_approval=true",
  ],
  ["removed", { kind: "noted", action: "delete" }, "&github_action=delete", "?github_action=delete"],
  ["suspended", { kind: "noted", action: "suspend" }, "&github_action=suspend", "?github_action=suspend"],
  [
    "asked for before",
    error("pending_installation_exists"),
    "&github_install=error&error=pending_installation_exists",
    "?github_install=error&error=pending_installation_exists",
  ],
  [
    "asking failed",
    error("pending_setup_failed"),
    "&github_install=error&error=pending_setup_failed",
    "?github_install=error&error=pending_setup_failed",
  ],
  [
    "no installation",
    error("missing_installation_id"),
    "&github_install=error&error=missing_installation_id",
    "?github_install=error&error=missing_installation_id",
  ],
  [
    "not known to GitHub",
    error("installation_not_found", "77"),
    "&github_install=error&error=installation_not_found&id=77",
    "?github_install=error&error=installation_not_found&id=77",
  ],
  [
    "claimed by others",
    error("installation_already_claimed"),
    "&github_install=error&error=installation_already_claimed",
    "?github_install=error&error=installation_already_claimed",
  ],
  [
    "whatever else fails",
    error("installation_failed"),
    "&github_install=error&error=installation_failed",
    "?github_install=error&error=installation_failed",
  ],
])("%s", (_, outcome, there, otherwise) => {
  expect(landingPath({ returnPath: step, owner: "_" }, outcome)).toBe(step + there);
  expect(landingPath({ returnPath: null, owner: "_" }, outcome)).toBe(`/integrations/github${otherwise}`);
});

test("the default page is that of the town; who had asked before is told for which", () => {
  expect(landingPath({ returnPath: null, owner: "acme" }, { kind: "linked" })).toBe(
    "/integrations/github?town=acme&github_install=success&success=installed",
  );
  expect(landingPath({ returnPath: "/onboarding", owner: "acme" }, error("pending_installation_exists"))).toBe(
    "/onboarding?github_install=error&error=pending_installation_exists&org=acme",
  );
});

test.each([
  ["a fragment stays behind the query", "/onboarding#repo", "/onboarding?github_install=success#repo"],
  ["an empty query is filled", "/onboarding?", "/onboarding?github_install=success"],
  ["what is said already is said anew", "/onboarding?github_install=error", "/onboarding?github_install=success"],
  ["escapes stay escaped", "/towns/caf%C3%A9?a=%26b", "/towns/caf%C3%A9?a=%26b&github_install=success"],
])("%s", (_, returnPath, landed) => {
  expect(landingPath({ returnPath, owner: "_" }, { kind: "linked" })).toBe(landed);
});
