import { agentStarted, convoyLanded, landingRequested, pullMerged } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { afterAll, expect, test } from "vitest";
import { killHard, processesOf } from "./gastown-process.ts";
import { useInstallation } from "./installation.ts";
import { openTown, type ScenarioTown } from "./rules/scenario-town.ts";
import { makeSource } from "./source-repository.ts";

const installation = useInstallation();
const source = makeSource();
afterAll(() => source.remove());

/** Another one: GASTOWN_SEED=123. */
const seed = Number(process.env["GASTOWN_SEED"] ?? 7);
const kills = 5;
const timeoutMs = 600_000;

const rigs = ["core", "site"] as const;
/** 0 → (1, 2) → 3 is the diamond, over both rigs; each waits for the other on the way to the last. */
const shape: { rig: (typeof rigs)[number]; after: number[] }[] = [
  { rig: "core", after: [] },
  { rig: "core", after: [0] },
  { rig: "site", after: [0] },
  { rig: "core", after: [1, 2] },
  { rig: "site", after: [2] },
  { rig: "site", after: [3, 4] },
  { rig: "core", after: [0] },
  { rig: "site", after: [5, 6] },
];
const tasks = shape.map(({ rig, after }, index) => ({
  rig,
  title: `Part ${index}`,
  body: `@write part-${index}.txt this is part ${index}`,
  dependsOn: after,
}));

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function numbersOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills one agent after the other, each a random one after some more have begun; answers how many. */
async function killAgents(towns: ScenarioTown[], isOver: () => boolean): Promise<number> {
  const random = numbersOf(seed);
  const begun = () => towns.reduce((sum, { events }) => sum + events.of(agentStarted).length, 0);
  let killed = 0;
  while (killed < kills && !isOver()) {
    const next = begun() + 1 + Math.floor(random() * 3);
    await eventually(() => isOver() || begun() >= next, { timeoutMs });
    const agents = (await processesOf(installation().state)).filter(({ command }) => /opencode/.test(command));
    const chosen = agents[Math.floor(random() * agents.length)];
    if (chosen === undefined) continue;
    killHard(chosen.pid);
    killed += 1;
  }
  return killed;
}

/** A refinery reads what is handed in in the rigs named: it takes a start for each pull request. */
async function openTownOfTwoRigs(name: string, read: readonly string[]): Promise<ScenarioTown> {
  const town = await openTown(installation(), { town: name, source: source.path });
  for (const rig of rigs) {
    await town.readyRig(rig);
    await town.setRigPolicy(rig, { codeReview: read.includes(rig) });
  }
  return town;
}

/** All beads are closed, and each change is on its rig's main once. */
async function expectAllThere(town: ScenarioTown, beads: string[]): Promise<void> {
  for (const bead of beads) expect(await town.bead(bead)).toMatchObject({ status: "closed", failure: null });
  for (const [index, part] of shape.entries()) {
    const file = `part-${index}.txt`;
    for (const rig of rigs) {
      const commits = town
        .git(rig, "log", "--no-merges", "--format=%H", "main", "--", file)
        .split("\n")
        .filter(Boolean);
      expect(commits, `${file} in ${rig}`).toHaveLength(part.rig === rig ? 1 : 0);
    }
    expect(town.git(part.rig, "show", `main:${file}`)).toBe(`this is part ${index}`);
  }
}

/** The pull requests that were merged into a branch of a rig. */
function merged(town: ScenarioTown, rig: string, base: string) {
  return town.events.of(pullMerged).filter((pull) => pull.rig === rig && pull.base === base);
}

test("a convoy of 8 beads with a diamond over two rigs lands in both modes while agents are killed", async () => {
  const towns = { land: await openTownOfTwoRigs("land", ["core"]), merge: await openTownOfTwoRigs("merge", []) };
  const landing = await towns.land.createConvoy({ mergeMode: "review-then-land", tasks });
  const merging = await towns.merge.createConvoy({ mergeMode: "review-and-merge", tasks });
  const isOver = () => Object.values(towns).every(({ events }) => events.of(convoyLanded).length > 0);
  const killing = killAgents(Object.values(towns), isOver);
  await eventually(isOver, { timeoutMs }).catch((cause: unknown) => {
    throw new Error(`seed ${seed}:\n${installation().process.output()}`, { cause });
  });
  expect(await killing).toBe(kills);

  for (const [town, { convoy, beads }] of [
    [towns.land, landing],
    [towns.merge, merging],
  ] as const) {
    expect(town.events.of(convoyLanded)).toEqual([{ convoy, partial: false }]);
    expect(await town.convoy(convoy)).toMatchObject({ status: "landed", closed: 8, failed: 0 });
    await expectAllThere(town, beads);
    expect(await town.replay()).toMatchObject({ deterministic: true, followsToday: true, differences: [] });
  }
  // What was gathered on the feature branch came to main by one pull request in each rig.
  const branch = landing.branch ?? "";
  expect(towns.land.events.of(landingRequested)).toHaveLength(rigs.length);
  for (const rig of rigs) {
    expect(merged(towns.land, rig, "main")).toHaveLength(1);
    expect(merged(towns.land, rig, branch)).toHaveLength(shape.filter((part) => part.rig === rig).length);
    expect(merged(towns.merge, rig, "main")).toHaveLength(shape.filter((part) => part.rig === rig).length);
  }
}, 700_000);
