import type { TownState } from "./state.ts";

/**
 * Everything rules may see of a town, as of one moment: all rigs and agents, the work that has not ended, what that waits
 * for or belongs to, and ended merge requests whose pull request still lives.
 */
export interface Snapshot extends TownState {
  /**
   * Since when this process hears what agents do. Silence before that is nobody's fault but our own, so nobody is lost
   * because the town service was down (kilo-town W9).
   */
  readonly listeningSince: number;
}
