import type { WorldEvent } from "../ports.ts";
import type { JsonContext } from "../rest/json/json-context.ts";
import type { Faults, MergeabilityOptions } from "../types.ts";
import type {
  CheckRunState,
  PullState,
  RepositoryState,
  ReviewState,
  StatusState,
  ThreadState,
} from "./world-types.ts";

/** What a node id stands for. */
export type WorldNode =
  | { readonly kind: "repository"; readonly repository: RepositoryState }
  | { readonly kind: "pull"; readonly pull: PullState }
  | { readonly kind: "review"; readonly pull: PullState; readonly review: ReviewState }
  | { readonly kind: "thread"; readonly pull: PullState; readonly thread: ThreadState }
  | { readonly kind: "check"; readonly repository: RepositoryState; readonly run: CheckRunState }
  | { readonly kind: "status"; readonly repository: RepositoryState; readonly status: StatusState };

/** What all parts of a world share. */
export interface WorldCore {
  readonly now: () => number;
  /** Ids are numbers that rise; two doubles in one process never have the same (scm §5.2: caches mix them up). */
  readonly nextId: () => number;
  readonly nodes: Map<string, WorldNode>;
  readonly mergeability: MergeabilityOptions;
  readonly faults: Pick<Faults, "staleReplicaMs">;
  /** Writes things as REST does, for events. */
  readonly json: JsonContext;
  readonly emit: (event: WorldEvent) => void;
  /** Something changed here: pull requests armed with auto-merge are merged if they can be now. */
  readonly settle: (repository: RepositoryState) => Promise<void>;
}

export interface Urls {
  readonly web: string;
  readonly api: string;
}
