/** What a container is started from. The name is deterministic: `<town>-<generation>`. */
export interface ContainerSpec {
  readonly name: string;
  readonly town: string;
  readonly generation: number;
  /** What its program reads from standard input, and all it is told: it holds secrets, so it is never an argument. */
  readonly config: string;
}

/** How a container's program ended, as far as its runtime knows. */
export interface ContainerExit {
  /** Null: nobody was there to see it. A signal's number plus 128 when a signal ended it. */
  readonly code: number | null;
  /** It, or something in it, needed more memory than it may have. Only known where memory is limited. */
  readonly outOfMemory: boolean;
}

/** One container that this runtime has a record of: it may have ended, and left processes behind. */
export interface RuntimeContainer {
  readonly name: string;
  readonly town: string;
  readonly generation: number;
  readonly alive: boolean;
  /** Its end calls `onEnded`; without, its end is only seen by listing. */
  readonly watched: boolean;
  readonly startedAt: Date;
  /** How it ended, for people; null while it is alive. */
  readonly ended: string | null;
  /** The same for programs; null while it is alive. */
  readonly exit: ContainerExit | null;
  /** Whether its program reacts, where the runtime looks at that itself; null where it does not, or not yet. */
  readonly healthy: boolean | null;
}

/**
 * Runs containers, one for each town. What it started is found again by records that outlive this process (aesthetics §1.8),
 * never by memory. One suite of tests holds for every implementation: `container-runtime.suite.ts`.
 */
export interface ContainerRuntime {
  /** `process` or `docker`. */
  readonly kind: string;
  /** Where the town's container keeps its files, as the container sees it. */
  stateDirOf(town: string): string;
  /** All containers with a record, or those of one town. */
  list(town?: string): Promise<RuntimeContainer[]>;
  /** The container was started, by this call or by an earlier one: the same name twice is one container, also when it has ended. */
  start(spec: ContainerSpec): Promise<void>;
  /** It was asked to end, given the time, and killed: when this resolves nothing of it is left, its record neither. */
  stop(name: string, options: { graceMs: number }): Promise<void>;
  /** Nothing of it is left, its record neither; without asking. A container that is unknown is gone already. */
  kill(name: string): Promise<void>;
  /** Nothing of a town is left: neither its files nor its containers' logs. All its containers were stopped before. */
  forget(town: string): Promise<void>;
  /** The last lines it wrote to standard error; empty when there are none (any more). */
  logs(name: string, lines: number): Promise<string[]>;
  /** Lets go of the containers without touching them: they live on, and another runtime finds them. */
  close(): Promise<void>;
}

/** What every implementation is made with. */
export interface ContainerRuntimeOptions {
  /** A container of the town ended, as far as this process is told. */
  onEnded: (town: string) => void;
}
