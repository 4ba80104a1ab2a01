import type { DataOf, PolicyOverride, RigPolicy } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Convoy, Issue } from "../bead.ts";
import { aContext, aRig, aSnapshot } from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { convoyOf, issueOf } from "../state.ts";
import { createConvoy } from "./create-convoy.ts";

type Asked = DataOf<typeof createConvoy.command>;
type Task = Asked["tasks"][number];
const context = aContext();

function task(fields: Partial<Task> = {}): Task {
  return { rig: "web", title: "Do it", body: "", priority: "medium", labels: [], dependsOn: [], ...fields };
}
function stateWith(policy: PolicyOverride = {}, own: RigPolicy = {}) {
  return aSnapshot({ policy, rigs: [aRig({ policyOverride: own }), aRig({ rig: "api", prefix: "ap" })] });
}
function create(tasks: readonly Task[], fields: Partial<Asked> = {}, state = stateWith()) {
  return createConvoy.decide(state, { title: "Add OAuth", tasks: [...tasks], ...fields }, context);
}
function made(...args: Parameters<typeof create>): { convoy: Convoy; issues: Issue[]; result: unknown } {
  const [, , state = stateWith()] = args;
  const decided = create(...args);
  if (decided.outcome !== "applied") throw new Error(decided.message);
  const after = evolveAll(state, decided.changes, context.now) ?? state;
  const convoy = convoyOf(after, "hq-rs");
  if (convoy === undefined) throw new Error("no convoy was made");
  return { convoy, issues: convoy.members.flatMap((id) => issueOf(after, id) ?? []), result: decided.result };
}

describe("create-convoy", () => {
  const diamond = [
    task({ title: "Base", labels: ["x"], priority: "high" }),
    task({ title: "Left", dependsOn: [0] }),
    task({ title: "Right", rig: "api", dependsOn: [0, 0] }),
    task({ title: "Top", dependsOn: [1, 2] }),
  ];

  it("makes a convoy and a bead for each task, which wait for each other by their ids, over its rigs", () => {
    const { convoy, issues, result } = made(diamond);
    expect(convoy).toMatchObject({
      type: "convoy",
      title: "Add OAuth",
      status: "open",
      rig: null,
      labels: ["gt:convoy"],
      mergeMode: "review-then-land",
      staged: false,
      branch: "convoy/add-oauth/hq-rs/head",
      members: ["gt-rt", "gt-ru", "ap-rv", "gt-rw"],
      landings: [
        { rig: "web", branchState: "none", attempts: 0 },
        { rig: "api", branchState: "none", attempts: 0 },
      ],
      landedAt: null,
    });
    expect(result).toEqual({ convoy: "hq-rs", beads: convoy.members });
    expect(
      issues.map(({ title, rig, parent, convoy: of, dependsOn, blocked }) => [
        title,
        rig,
        parent,
        of,
        dependsOn,
        blocked,
      ]),
    ).toEqual([
      ["Base", "web", "hq-rs", "hq-rs", [], false],
      ["Left", "web", "hq-rs", "hq-rs", ["gt-rt"], true],
      ["Right", "api", "hq-rs", "hq-rs", ["gt-rt"], true],
      ["Top", "web", "hq-rs", "hq-rs", ["gt-ru", "ap-rv"], true],
    ]);
    expect(issues[0]).toMatchObject({ kind: "task", priority: "high", labels: ["x"], createdBy: "user:ann" });
  });

  it("may let a task wait for a later one", () => {
    expect(made([task({ dependsOn: [1] }), task()]).issues[0]?.dependsOn).toEqual(["gt-ru"]);
  });

  it("tells of the convoy after its beads are there", () => {
    const decided = create(diamond);
    const types = decided.outcome === "applied" ? decided.changes.map(({ type }) => type) : [];
    expect(types).toEqual([...Array.from({ length: 5 }, () => "bead.created"), "convoy.created"]);
  });

  it("has no feature branch and no landings when its beads are merged one by one", () => {
    expect(made([task()], { mergeMode: "review-and-merge" }).convoy).toMatchObject({ branch: null, landings: [] });
  });

  it.each<[string, Partial<Asked>, PolicyOverride, RigPolicy, Task[], Partial<Convoy>]>([
    [
      "the town",
      {},
      { stagedConvoys: true, convoyMergeMode: "review-and-merge" },
      {},
      [task()],
      { staged: true, mergeMode: "review-and-merge" },
    ],
    [
      "the one rig of its tasks",
      {},
      {},
      { convoyMergeMode: "review-and-merge" },
      [task()],
      { mergeMode: "review-and-merge" },
    ],
    [
      "the town when there are several rigs",
      {},
      {},
      { convoyMergeMode: "review-and-merge" },
      [task(), task({ rig: "api" })],
      { mergeMode: "review-then-land" },
    ],
    [
      "whoever asks before both",
      { staged: false, mergeMode: "review-then-land" },
      { stagedConvoys: true },
      { convoyMergeMode: "review-and-merge" },
      [task()],
      { staged: false, mergeMode: "review-then-land" },
    ],
  ])("is what %s says", (_who, fields, policy, own, tasks, expected) => {
    expect(made(tasks, fields, stateWith(policy, own)).convoy).toMatchObject(expected);
  });

  it.each<[string, Task[], object]>([
    [
      "a rig that is not there",
      [task(), task({ rig: "ios" })],
      { outcome: "terminal", code: "rig_not_found", message: "tasks[1].rig: there is no rig ios in this town" },
    ],
    [
      "a task that waits for itself",
      [task(), task({ dependsOn: [1] })],
      { code: "invalid", message: "tasks[1].dependsOn: it cannot wait for itself" },
    ],
    [
      "a task that is not there",
      [task({ dependsOn: [2] }), task()],
      { code: "invalid", message: "tasks[0].dependsOn: there is no task 2, the last is 1" },
    ],
    ["labels of the town", [task({ labels: ["gt:merge-request"] })], { code: "invalid" }],
    [
      "a cycle, which it names",
      [
        task({ title: "A", dependsOn: [2] }),
        task({ title: "B" }),
        task({ title: "C", dependsOn: [3, 1] }),
        task({ title: "D", dependsOn: [0] }),
      ],
      { code: "dependency_cycle", message: "tasks: these would wait for each other: 0 (A) → 2 (C) → 3 (D) → 0 (A)" },
    ],
  ])("refuses %s", (_what, tasks, expected) => {
    expect(create(tasks)).toMatchObject(expected);
  });

  it("sees each of its rigs once", () => {
    expect(createConvoy.needs({ title: "t", tasks: [task(), task({ rig: "api" }), task()] })).toEqual({
      rigs: ["web", "api"],
    });
  });
});
