import { expect } from "vitest";
import { type ScenarioTown, shows } from "./scenario-town.ts";

/** A convoy of two beads that is at work: a person has them both in hand. */
export async function convoyOfHands(town: ScenarioTown, mergeMode?: "review-and-merge") {
  const tasks = [{ title: "Done by hand" }, { title: "This too" }];
  const { convoy, beads } = await town.createConvoy({ staged: true, tasks, ...(mergeMode && { mergeMode }) });
  for (const bead of beads) await town.hold(bead);
  await town.startConvoy(convoy);
  return { convoy, beads };
}

/** Such a convoy with all its work done, so that it asks to land; its merge request is there. */
export async function landing(town: ScenarioTown) {
  const { convoy, beads } = await convoyOfHands(town);
  const { branch } = await shows(
    () => town.convoy(convoy),
    ({ landings }) => expect(landings).toMatchObject([{ branchState: "ready" }]),
  );
  town.push(branch ?? "", "What the convoy is for");
  for (const bead of beads) await town.closeBead(bead);
  const { landings } = await shows(
    () => town.convoy(convoy),
    (now) => expect(now.landings[0]?.request).toMatch(/./),
  );
  return { convoy, branch: branch ?? "", request: landings[0]?.request ?? "" };
}
