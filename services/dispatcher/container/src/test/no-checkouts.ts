import type { RigCheckouts } from "../agents/rig-checkouts.ts";

/** Where nothing is fetched. */
export const noCheckouts: RigCheckouts = {
  begin: () => undefined,
  refresh: () => Promise.reject(new Error("not asked for here")),
  of: (_, rig) => ({ path: `/nowhere/${rig}`, shows: null, problem: null, underWay: false }),
};
