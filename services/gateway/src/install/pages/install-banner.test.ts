import { expect, test } from "vitest";
import { installBanner } from "./install-banner.ts";

test.each([
  [{ github_install: "success" }, { tone: "good", text: expect.stringContaining("linked") as string }],
  [{ github_install: "pending", github_pending_approval: "true" }, { tone: "wait" }],
  [{ github_action: "suspend" }, { tone: "wait" }],
  [
    { github_install: "error", error: "state_used" },
    { tone: "bad", text: expect.stringContaining("before") as string },
  ],
  [
    { github_install: "error", error: "toString" },
    { tone: "bad", text: expect.stringContaining("could not") as string },
  ],
  [
    { github_install: "error", error: "installation_not_found", id: "7".repeat(90) },
    { tone: "bad", text: expect.stringMatching(/\(7{40}\)$/) as string },
  ],
])("%j", (query: Record<string, string>, banner) => {
  expect(installBanner(query)).toMatchObject(banner);
});

test.each([{}, { step: "repo", town: "acme" }])("nothing is said of %j", (query) => {
  expect(installBanner(query)).toBeNull();
});
