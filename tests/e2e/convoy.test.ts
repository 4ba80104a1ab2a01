import { join } from "node:path";
import { eventually } from "@gastown/testkit";
import { afterAll, expect, test } from "vitest";
import { killHard, processesOf } from "./gastown-process.ts";
import { type Installation, useInstallation } from "./installation.ts";
import { openTown, type ScenarioTown, shows } from "./rules/scenario-town.ts";
import { git, makeSource } from "./source-repository.ts";

const installation = useInstallation();
const source = makeSource();
afterAll(() => source.remove());

/** Another one: GASTOWN_SEED=123. */
const seed = Number(process.env["GASTOWN_SEED"] ?? 7);
const kills = 6;
const timeoutMs = 400_000;

/** Two rigs; 0 → (1, 2) → 3 is the diamond, and both rigs wait for each other on the way to the last. */
const shape: { rig: "core" | "site"; after: number[] }[] = [
  { rig: "core", after: [] },
  { rig: "core", after: [0] },
  { rig: "site", after: [0] },
  { rig: "core", after: [1, 2] },
  { rig: "site", after: [2] },
  { rig: "site", after: [3, 4] },
  { rig: "core", after: [0] },
  { rig: "site", after: [5, 6] },
];
const fileOf = (index: number) => `part-${index}.txt`;
const tasks = shape.map(({ rig, after }, index) => ({
  rig,
  title: `Part ${index}`,
  body: `@write ${fileOf(index)} part ${index}`,
  dependsOn: after,
}));

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function numbersOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills random agents, each after some more words of theirs, until so many are killed or it is over. */
async function killAgents({ state, model }: Installation, isOver: () => boolean): Promise<number> {
  const random = numbersOf(seed);
  let killed = 0;
  while (killed < kills && !isOver()) {
    const until = model.count() + 2 + Math.floor(random() * 12);
    await eventually(() => isOver() || model.count() >= until, { timeoutMs });
    const agents = (await processesOf(state)).filter(({ command }) => /opencode/.test(command));
    const chosen = agents[Math.floor(random() * agents.length)];
    if (chosen === undefined) continue;
    killHard(chosen.pid);
    killed += 1;
  }
  return killed;
}

async function readyTown(name: string): Promise<ScenarioTown> {
  const town = await openTown(installation(), { town: name, source: source.path });
  for (const rig of ["core", "site"]) await town.readyRig(rig);
  return town;
}

async function land(town: ScenarioTown, mergeMode: "review-then-land" | "review-and-merge") {
  const { convoy, beads } = await town.createConvoy({ title: "In eight parts", mergeMode, tasks });
  await eventually(async () => expect((await town.convoy(convoy)).status).toBe("landed"), { timeoutMs });
  for (const bead of beads) expect((await town.bead(bead)).status).toBe("closed");
  for (const rig of ["core", "site"]) {
    const { state } = installation();
    const repository = join(state, "forge", town.town, `${rig}.git`);
    for (const [index, part] of shape.entries()) {
      const commits = git(repository, "log", "--no-merges", "--format=%s", "main", "--", fileOf(index));
      expect(commits.split("\n").filter(Boolean)).toHaveLength(part.rig === rig ? 1 : 0);
      if (part.rig === rig) expect(git(repository, "show", `main:${fileOf(index)}`)).toBe(`part ${index}`);
    }
  }
  return { convoy, beads };
}
