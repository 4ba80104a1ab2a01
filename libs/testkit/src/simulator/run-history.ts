import * as contracts from "@gastown/contracts";
import { violated } from "./properties.ts";
import type { SimulatedBead, SimulatedTown, SimulatedView } from "./simulated-town.ts";
import { World } from "./world.ts";

/** A history in which a property did not hold. */
export interface Violation {
  readonly seed: number;
  /** How many things had happened. */
  readonly step: number;
  readonly what: string;
  /** All that was said and asked, in order. */
  readonly story: readonly string[];
}

const steps = { fewest: 10, most: 50 };
const rounds = 60;

/**
 * One random history of a town, the same for the same seed: null when every property held after every step, and when, after the
 * world had done all its work and people had answered what waited for them, every bead had come to its end.
 */
export function runHistory(makeTown: () => SimulatedTown, seed: number): Violation | null {
  const world = new World(makeTown(), seed);
  world.found();
  world.people.ask(world.town.view());
  const count = steps.fewest + world.random.below(steps.most - steps.fewest);
  let before = world.town.view();
  for (let step = 0; step < count; step += 1) {
    world.step();
    const view = world.town.view();
    const what = violated(world, view, before) ?? lost(before, view, world);
    if (what !== null) return { seed, step, what, story: world.story() };
    before = view;
  }
  const what = unfinished(world, before);
  return what === null ? null : { seed, step: count, what, story: world.story() };
}

/** A bead that is gone, although nobody deleted it. */
function lost(before: SimulatedView, view: SimulatedView, world: World): string | null {
  const known = new Set(view.beads.map(({ bead }) => bead));
  const gone = before.beads.find(({ bead, type }) => type !== "agent" && !known.has(bead));
  if (gone === undefined) return null;
  const deleted = world.story(20).some((line) => line.startsWith(contracts.deleteBeads.type));
  return deleted ? null : `no bead is lost: ${gone.bead} is gone`;
}

/** People answer whatever waits for them, the world works, and in the end nothing is left; else what is. */
function unfinished(world: World, before: SimulatedView): string | null {
  let last = before;
  for (let round = 0; round < 12; round += 1) {
    world.workItOut(rounds);
    const view = world.town.view();
    const what = violated(world, view, last);
    if (what !== null) return what;
    last = view;
    const left = view.beads.filter(isLeft);
    if (left.length === 0 && view.unsaid.length === 0) return null;
    if (left.length === 0) world.hear({ command: contracts.thawTown, data: {}, actor: "user:ann" });
    for (const bead of left) answer(world, bead);
  }
  const { beads, unsaid } = world.town.view();
  if (unsaid.length > 0) return `nothing that is said to the mayor is lost: ${unsaid.join(", ")}`;
  const left = beads.find(isLeft);
  const reason = world.reasons.find(({ bead }) => bead === left?.bead);
  return left === undefined
    ? null
    : `every bead comes to its end: ${left.bead} (${left.kind ?? left.type}) is ${left.status}: ${JSON.stringify(reason)}`;
}

function isLeft({ type, status }: SimulatedBead): boolean {
  if (type === "issue") return status !== "closed";
  return (type === "merge_request" || type === "convoy") && status !== "closed" && status !== "failed";
}

/** What a person can do about a bead that waits for people. */
function answer(world: World, { bead, type, kind, status }: SimulatedBead): void {
  const hear = (command: contracts.Command, data: unknown): void => world.hear({ command, data, actor: "user:ann" });
  hear(contracts.thawTown, {});
  if (type === "convoy") return hear(contracts.startConvoy, { convoy: bead });
  if (kind === "triage-request") return hear(contracts.resolveTriage, { bead, action: "CLOSE_BEAD" });
  // What waits for a failed bead waits for a person (W26), who says that it may go on.
  if (status === "failed") return hear(contracts.closeBead, { bead });
  hear(contracts.slingBead, { bead });
}
