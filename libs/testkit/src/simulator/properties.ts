import type { SimulatedBead, SimulatedView } from "./simulated-town.ts";
import type { World } from "./world.ts";

/** Something that must always hold; the words say how it does not. Null: it holds. */
type Property = (world: World, view: SimulatedView, before: SimulatedView) => string | null;

const ended = (status: string): boolean => status === "closed" || status === "failed";
const live = ({ beads }: SimulatedView, type: string): SimulatedBead[] =>
  beads.filter((bead) => bead.type === type && !ended(bead.status));

/** After every step. */
export const properties: Readonly<Record<string, Property>> = {
  "the rules settle": ({ settled, restless }) => {
    if (!settled) return "the rules decide for ever";
    return restless > 5 ? "the town is due at once, again and again" : null;
  },
  "terminal stays terminal": (_world, view, before) => {
    const now = new Map(view.beads.map((bead) => [bead.bead, bead.status]));
    const moved = before.beads.find(({ bead, status }) => {
      const later = now.get(bead);
      return ended(status) && later !== undefined && later !== status && !(status === "failed" && later === "closed");
    });
    return moved === undefined ? null : `${moved.bead} was ${moved.status} and is ${now.get(moved.bead)}`;
  },
  "no work is done twice": ({ forge, crew }, view) => {
    const merged = forge.pulls.find((pull) => pull.merges > 1);
    if (merged !== undefined) return `pull request ${merged.number} was merged ${merged.merges} times`;
    const hooks = view.agents.flatMap(({ hook }) => hook ?? []);
    const double = hooks.find((hook, i) => hooks.indexOf(hook) !== i);
    if (double !== undefined) return `two agents are hooked to ${double}`;
    const branches = [...crew.runs.values()]
      .filter(({ job }) => job.review === null && isWanted(view, job))
      .map(({ job }) => `${job.rig.rig} ${job.branch}`);
    const shared = branches.find((branch, i) => branches.indexOf(branch) !== i);
    return shared === undefined ? null : `two agents that are meant to run work on ${shared}`;
  },
  "one live merge request for each work item": (_world, view) => {
    const sources = live(view, "merge_request").flatMap(({ source, rig }) =>
      source === null ? [] : [`${source} in ${rig}`],
    );
    const double = sources.find((source, i) => sources.indexOf(source) !== i);
    return double === undefined ? null : `${double} has two live merge requests`;
  },
  "caps hold": (_world, view) => {
    const atWork = view.agents.filter(({ role, hook }) => role === "polecat" && hook !== null);
    if (atWork.length > view.caps.perTown) return `${atWork.length} polecats are at work in the town`;
    const counts = Map.groupBy(atWork, ({ rig }) => rig);
    for (const [rig, of] of counts)
      if (of.length > view.caps.perRig) return `${of.length} polecats are at work in ${rig}`;
    const refineries = Map.groupBy(
      view.agents.filter(({ role }) => role === "refinery"),
      ({ rig }) => rig,
    );
    for (const [rig, of] of refineries) if (of.length > 1) return `${rig} has ${of.length} refineries`;
    return null;
  },
  "at most one landing in flight for each convoy and rig": (_world, view) => {
    const convoys = new Set(view.beads.filter(({ type }) => type === "convoy").map(({ bead }) => bead));
    const landings = live(view, "merge_request").flatMap(({ source, rig }) =>
      source !== null && convoys.has(source) ? [`${source} in ${rig}`] : [],
    );
    const double = landings.find((landing, i) => landings.indexOf(landing) !== i);
    return double === undefined ? null : `${double} lands twice at once`;
  },
  "nothing runs in a stopped town": (_world, view) => {
    const working = view.stopped ? view.agents.find(({ status }) => status === "working") : undefined;
    return working === undefined ? null : `${working.agent} works in a stopped town`;
  },
  "every waiting bead has a reason": ({ reasons }, view) => {
    const explained = new Set(reasons.map(({ bead }) => bead));
    const silent = view.beads.find(
      (bead) => isWork(bead) && !ended(bead.status) && !explained.has(bead.bead) && !isStep(bead),
    );
    return silent === undefined
      ? null
      : `nobody says why ${silent.bead} (${silent.kind ?? silent.type}, ${silent.status}) waits`;
  },
  "every reason has a due time or somebody to wait for": ({ reasons }) => {
    const empty = reasons.find(({ until, movesWhen }) => until === null && movesWhen.trim() === "");
    return empty === undefined ? null : `${empty.bead} waits for nothing (${empty.rule})`;
  },
  "a due time of a reason is a time the town looks": ({ reasons, nextLook, now }) => {
    const missed = reasons.find(
      ({ until }) => until !== null && (nextLook === null || nextLook > Math.max(until, now)),
    );
    return missed === undefined ? null : `${missed.bead} waits until ${missed.until}, the town looks at ${nextLook}`;
  },
};

const isWork = ({ type }: SimulatedBead): boolean => type === "issue" || type === "merge_request" || type === "convoy";
const isStep = ({ kind }: SimulatedBead): boolean => kind === "step";

function isWanted(view: SimulatedView, { agent, generation }: { agent: string; generation: number }): boolean {
  return view.agents.some((a) => a.agent === agent && a.generation === generation && a.hook !== null);
}

/** What does not hold, with the name of the property; null when all do. */
export function violated(world: World, view: SimulatedView, before: SimulatedView): string | null {
  for (const [name, property] of Object.entries(properties)) {
    const how = property(world, view, before);
    if (how !== null) return `${name}: ${how}`;
  }
  return null;
}
