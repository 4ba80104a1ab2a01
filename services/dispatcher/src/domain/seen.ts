import type { Time } from "./state.ts";

/** A container of the town as its runtime lists it. */
export interface SeenContainer {
  readonly name: string;
  readonly generation: number;
  readonly alive: boolean;
  /** Its end would wake the dispatcher by itself. */
  readonly watched: boolean;
  /** How it ended; null while it is alive. */
  readonly ended: string | null;
}

/** What the town's current container answered when it was asked for its status. */
export interface SeenStatus {
  readonly draining: boolean;
  /** It has the newest key for the model service, or does not say which it has. */
  readonly keyed: boolean;
  readonly agents: readonly {
    readonly agent: string;
    readonly generation: number;
    readonly state: "starting" | "running" | "stopping";
  }[];
}

/** How the installation's places for containers are taken, as one town sees it. */
export interface Places {
  /** Containers of all towns that did not stop; `stopping` ones among them give their places up soon. */
  readonly taken: number;
  readonly stopping: number;
  /** Other towns that wait for a place, and those among them that waited longer. */
  readonly waiting: number;
  readonly ahead: number;
}

/** What was seen by looking, just now. */
export interface Seen {
  readonly containers: readonly SeenContainer[];
  /** Null: there is no living container, or it did not answer. */
  readonly status: SeenStatus | null;
  /** Since when the bus is connected; null while it is not. While it is not, silence proves nothing. */
  readonly reachableSince: Time | null;
  readonly places: Places;
}
