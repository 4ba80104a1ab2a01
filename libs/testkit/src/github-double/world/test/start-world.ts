import type { WorldEvent } from "../../ports.ts";
import type { MergeabilityOptions } from "../../types.ts";
import type { RepositoryWish, RepositoryState } from "../world-types.ts";
import { World } from "../world.ts";

interface TestWorld {
  readonly world: World;
  readonly events: WorldEvent[];
  readonly clock: { ms: number };
  readonly mergeability: MergeabilityOptions;
  readonly faults: { staleReplicaMs: number };
  /** `event.action` of all events so far, which are forgotten. */
  readonly told: () => string[];
}

/** A world without servers, with a clock of its own. */
export function startWorld(): TestWorld {
  const events: WorldEvent[] = [];
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const mergeability: MergeabilityOptions = { delayMs: 0, startedBy: "any" };
  const faults = { staleReplicaMs: 0 };
  const world = new World({
    now: () => clock.ms,
    emit: (event) => events.push(event),
    urls: { web: "http://double", api: "http://double/api/v3" },
    disk: () => Promise.reject(new Error("there is no disk here")),
    mergeability,
    faults,
  });
  const told = () => events.splice(0).map(({ event, action }) => (action === null ? event : `${event}.${action}`));
  return { world, events, clock, mergeability, faults, told };
}

/** `acme/app` with the writers ann and bob, and a reader eve. */
export function acme(world: World, wish: Partial<RepositoryWish> = {}): Promise<RepositoryState> {
  return world.repositories.add({
    owner: "acme",
    name: "app",
    permissions: { ann: "write", bob: "write", eve: "read" },
    files: { "README.md": "# app\n", "src/app.ts": "one\n" },
    ...wish,
  });
}
