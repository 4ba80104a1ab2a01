import type { TownState } from "./state.ts";

/**
 * Everything rules may see of a town, as of one moment: all rigs and agents, the beads that have not ended (but agents' and
 * mail that was announced to an agent with a bead), what those wait for or belong to, ended merge requests whose pull request
 * still lives, and nudges that are not settled.
 */
export interface Snapshot extends TownState {
  /**
   * Since when this process hears what agents do. Silence before that is nobody's fault but our own, so nobody is lost
   * because the town service was down (kilo-town W9).
   */
  readonly listeningSince: number;
}
