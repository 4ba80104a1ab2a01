import type { PolicyOverride } from "@gastown/contracts";
import type { Bead } from "../../services/town/src/domain/bead.ts";
import type { Rule } from "../../services/town/src/domain/rule.ts";
import { rules } from "../../services/town/src/domain/rules/index.ts";
import type { Snapshot } from "../../services/town/src/domain/snapshot.ts";

/** Bugs of the kind that get past a reader: each is the real rules with one of them a little wrong. */
export const plantedBugs: Readonly<Record<string, readonly Rule[]>> = {
  "beads are assigned beyond the caps": altered("assign-open-bead", (rule) => ({
    ...rule,
    look: (snapshot, now) => rule.look(withPolicy(snapshot, { maxPolecatsPerRig: 50, maxPolecatsPerTown: 50 }), now),
  })),
  "work of lost agents stays theirs": rules.filter(({ name }) => name !== "release-lost-work"),
  "a mayor that rests is not told": rules.filter(({ name }) => name !== "wake-mayor"),
  "a landing in flight is overlooked": altered("land-convoy", (rule) => ({
    ...rule,
    look: (snapshot, now) => rule.look(withoutLandings(snapshot), now),
  })),
  "nobody says why a bead waits": altered("assign-open-bead", (rule) => ({
    ...rule,
    look: (snapshot, now) => ({ ...rule.look(snapshot, now), explanations: [] }),
  })),
  "a cool-down is forgotten": altered("assign-open-bead", (rule) => ({
    ...rule,
    look: (snapshot, now) => ({ ...rule.look(snapshot, now), nextLook: null }),
  })),
  "a review is told again and again": [
    ...rules,
    {
      name: "tell-twice",
      look: (snapshot) => {
        const read = [...snapshot.beads.values()].find(
          (b) => b.type === "merge_request" && b.request.review !== "none",
        );
        const decisions = read === undefined ? [] : [{ do: "tell-review" as const, bead: read.bead }];
        return { decisions, explanations: [], nextLook: null };
      },
    },
  ],
};

function altered(name: string, alter: (rule: Rule) => Rule): readonly Rule[] {
  if (!rules.some((rule) => rule.name === name)) throw new Error(`there is no rule ${name} to plant a bug in`);
  return rules.map((rule) => (rule.name === name ? alter(rule) : rule));
}

function withPolicy(snapshot: Snapshot, override: PolicyOverride): Snapshot {
  const { town } = snapshot;
  const given = Object.fromEntries(Object.entries(override).filter(([, value]) => value !== undefined));
  return { ...snapshot, town: { ...town, policy: { ...town.policy, ...given } } };
}

function withoutLandings(snapshot: Snapshot): Snapshot {
  const beads = Array.from(snapshot.beads, ([id, bead]): [string, Bead] => {
    if (bead.type !== "convoy") return [id, bead];
    return [id, { ...bead, landings: bead.landings.map((landing) => ({ ...landing, request: null })) }];
  });
  return { ...snapshot, beads: new Map(beads) };
}
