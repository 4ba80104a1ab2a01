import { describe, expect, it } from "vitest";
import { aContext, aRig, aSnapshot, now } from "../builders.ts";
import { addRig } from "./add-rig.ts";

const data = {
  rig: "api",
  prefix: "api",
  source: "/src/api",
  defaultBranch: null,
  check: "npm test",
  requiredApprovals: 1,
  forge: "local",
  merge: {},
} as const;

describe("add-rig", () => {
  it("adds a rig that the forge has yet to register", () => {
    const context = aContext();
    const rig = {
      ...data,
      state: "registering",
      policyOverride: {},
      model: null,
      models: {},
      instructions: {},
      env: {},
      stateReason: null,
      cloneUrl: null,
      askedAt: null,
      trace: context.trace,
      createdAt: now,
      version: 0,
    };
    expect(addRig.decide(aSnapshot(), data, context)).toEqual({
      outcome: "applied",
      changes: [{ type: "rig.added", rig }],
      result: { rig: "api" },
    });
    expect(addRig.needs(data)).toEqual({ rigs: "all" });
  });

  it("tries a rig that failed again, with the new settings and its old row", () => {
    const state = aSnapshot({ rigs: [aRig({ rig: "api", prefix: "api", state: "failed", version: 4, createdAt: 5 })] });
    expect(addRig.decide(state, data, aContext())).toMatchObject({
      changes: [{ rig: { state: "registering", source: "/src/api", version: 4, createdAt: 5 } }],
    });
  });

  it.each([
    ["a rig that is there", { rig: "web", prefix: "new" }, "already_exists"],
    ["the prefix of the town's own beads", { prefix: "hq" }, "invalid"],
    ["another rig's prefix: ids would not say whose they are", { prefix: "gt" }, "invalid"],
    ["a path for a rig of GitHub", { forge: "github", check: null }, "invalid"],
    ["a URL with a password in it", { forge: "github", check: null, source: "https://x:y@github.com/a/b" }, "invalid"],
    ["a check for a rig whose forge runs its own", { forge: "github", source: "https://github.com/a/b" }, "invalid"],
    ["a way to merge that the local forge does not know", { merge: { method: "squash" } }, "invalid"],
    ["a merge that is left to the local forge", { merge: { delegate: "native" } }, "invalid"],
  ])("refuses %s", (_reason, fields, code) => {
    expect(addRig.decide(aSnapshot(), { ...data, ...(fields as Partial<typeof data>) }, aContext())).toMatchObject({
      outcome: "refused",
      code,
    });
  });

  it("takes a repository of a forge elsewhere by the URL of its page", () => {
    const given = { ...data, forge: "gitlab", source: "https://gitlab.com/a/b/c", check: null } as const;
    const merge = { method: "squash", delegate: "native" } as const;
    expect(addRig.decide(aSnapshot(), { ...given, merge }, aContext())).toMatchObject({
      changes: [{ rig: { forge: "gitlab", source: "https://gitlab.com/a/b/c", merge } }],
    });
  });

  it("refuses another prefix for a rig whose beads have one", () => {
    const state = aSnapshot({ rigs: [aRig({ rig: "api", prefix: "old", state: "failed" })] });
    expect(addRig.decide(state, data, aContext())).toMatchObject({ outcome: "refused", code: "invalid" });
  });
});
