import { expect, test } from "vitest";
import { wizardOf, wizardPath } from "./wizard.ts";

const nothing = { town: null, rig: null, bead: null };

test.each([
  [{}, { step: "town", ...nothing }],
  [{ step: "repo" }, { step: "repo", ...nothing }],
  [
    { step: "repo", town: "acme", github_install: "success" },
    { step: "repo", ...nothing, town: "acme" },
  ],
  [
    { step: "launch", town: "acme" },
    { step: "town", ...nothing, town: "acme" },
  ],
  [
    { step: "bead", town: "No Town", rig: "../x", bead: "1" },
    { step: "bead", ...nothing },
  ],
  [
    { step: "done", town: "acme", rig: "site", bead: "gt-1" },
    { step: "done", town: "acme", rig: "site", bead: "gt-1" },
  ],
] as const)("%j", (query, wizard) => {
  expect(wizardOf({ ...query })).toEqual(wizard);
});

test("an address says what it is read as", () => {
  const wizard = { step: "bead", town: "acme", rig: "site", bead: null } as const;
  expect(wizardPath(wizard)).toBe("/onboarding?step=bead&town=acme&rig=site");
  expect(wizardOf(Object.fromEntries(new URL(wizardPath(wizard), "http://x").searchParams))).toEqual(wizard);
});
