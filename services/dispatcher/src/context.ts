import type { ContainerData } from "@gastown/bus";
import type { Job } from "@gastown/contracts";
import type { Database } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import type { Limits } from "./domain/limits.ts";
import type { SeenStatus } from "./domain/seen.ts";
import type { NudgeWish, Time } from "./domain/state.ts";
import type { ContainerRuntime } from "./runtime/container-runtime.ts";

/** A town's container host, as it is asked over the bus. Each ask ends in bounded time; one that is not answered throws. */
export interface ContainerHost {
  /** What runs in the container of this name; null when another one, or none, answers for the town. */
  status(town: string, container: string, signal: AbortSignal): Promise<SeenStatus | null>;
  /** How a start is in the container of this name; null when that does not answer, in 8 s. */
  look(
    town: string,
    start: { container: string; agent: string; generation: number },
    signal: AbortSignal,
  ): Promise<{ session: boolean; busy: boolean } | null>;
  /** `variables` are in clear: they are for the agent's environment and nothing else. */
  start(
    town: string,
    start: { job: Job; variables: Record<string, string> },
    signal: AbortSignal,
  ): Promise<{ accepted: boolean; reason: string | null }>;
  nudge(
    town: string,
    nudge: Pick<NudgeWish, "agent" | "generation" | "nudge" | "message" | "mode">,
    signal: AbortSignal,
  ): Promise<{ accepted: boolean; given: boolean; reason: string | null }>;
  changeModel(
    town: string,
    wish: { agent: string; generation: number; model: string },
    signal: AbortSignal,
  ): Promise<{ accepted: boolean; reason: string | null }>;
  /** The host gets ready for a start that is yet to come. */
  prewarm(town: string, start: ContainerData<"start">, signal: AbortSignal): Promise<void>;
  stop(
    town: string,
    stop: { agent: string; generation: number; reason: string; force: boolean },
    signal: AbortSignal,
  ): Promise<boolean>;
  /** The host reaches the model service with the newest key from now on. */
  giveModelKey(town: string, signal: AbortSignal): Promise<void>;
  /** Nothing of what the town's container hosts stored is left. */
  forget(town: string): Promise<void>;
  /** Since when the bus is connected; null while it is not. */
  reachableSince(): Time | null;
}

/** What the handlers work with. Made once, in wiring.ts. */
export interface DispatcherContext {
  readonly db: Database;
  readonly host: ContainerHost;
  readonly runtime: ContainerRuntime;
  /** What a town's container is told at its start, as text for its standard input; a mayor's start to come is got ready for. */
  readonly hostConfigOf: (town: string, container: string, prewarm: ContainerData<"start"> | null) => string;
  /** `starts` is false without a model, and from the moment the dispatcher closes. */
  readonly limits: () => Limits;
  /** The text of a sealed value. Throws `SealError`, also when this dispatcher has no key. */
  readonly open: (sealed: string) => string;
  /** The installation's model, for agents that name none; null while there is none. */
  readonly model: string | null;
  /** How long a container that is stopped may take to save and push its work. */
  readonly stopGraceMs: number;
  readonly now: () => Time;
  /** Looks for due towns again after this many milliseconds: the due loop itself waits for whole seconds. */
  readonly wakeAfter: (ms: number) => void;
  readonly logger: Logger;
}
