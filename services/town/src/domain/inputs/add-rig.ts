/** The town has this repository, which is of use once the forge says so; one that failed is tried again with these settings. */
import { addRig as command, townBeadPrefix, type DataOf } from "@gastown/contracts";
import { applied, defineInput, refused, type Decided } from "../input.ts";
import { mergeObstacle } from "../merge-obstacle.ts";
import type { Rig } from "../rig.ts";
import type { TownState } from "../state.ts";

export const addRig = defineInput({
  command,
  needs: () => ({ rigs: "all" }),
  decide(state, data, { now, trace }) {
    const old = state.rigs.get(data.rig);
    const refusal = refuse(state, data, old);
    if (refusal !== null) return refusal;
    const { rig, prefix, source, defaultBranch, check, requiredApprovals, forge, merge } = data;
    const given = { rig, prefix, source, defaultBranch, check, requiredApprovals, forge, merge };
    const fresh = { state: "registering", stateReason: null, cloneUrl: null, askedAt: null } as const;
    const kept = old ?? { ...unset, createdAt: now, version: 0 };
    return applied([{ type: "rig.added", rig: { ...kept, ...given, ...fresh, trace } }], { rig });
  },
});

/** What a rig sets for itself once it is there. */
const unset = { policyOverride: {}, model: null, models: {}, instructions: {}, env: {} } as const;

function refuse(state: TownState, data: DataOf<typeof command>, old: Rig | undefined): Decided | null {
  const { rig, prefix } = data;
  const obstacle = sourceObstacle(data) ?? mergeObstacle(data.forge, data);
  if (obstacle !== null) return refused("invalid", obstacle);
  if (old !== undefined && old.state !== "failed") {
    return refused("already_exists", `there is a rig ${rig} already; choose another id`);
  }
  if (prefix === townBeadPrefix) {
    return refused("invalid", `prefix: ${townBeadPrefix} is for beads of the town itself; choose another`);
  }
  if (old !== undefined && old.prefix !== prefix) {
    return refused("invalid", `prefix: the beads of rig ${rig} begin with ${old.prefix}; keep it`);
  }
  const other = [...state.rigs.values()].find((known) => known.rig !== rig && known.prefix === prefix);
  if (other === undefined) return null;
  return refused("invalid", `prefix: ${prefix} is the prefix of rig ${other.rig}; choose another`);
}

/** A forge knows its repositories by the URL of their page: owner (on GitLab groups) and name behind the host. */
const repositoryPage = /^https?:\/\/[^\s/@]+(?:\/[^\s/?#]+){2,}\/?$/;

function sourceObstacle({ forge, source }: DataOf<typeof command>): string | null {
  if (forge === "local" || repositoryPage.test(source)) return null;
  return `source: on ${forge} it is the URL of the repository's page without credentials, such as https://${forge}.com/acme/app`;
}
