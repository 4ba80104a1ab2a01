import type { Asking } from "../server/asking.ts";
import type { Faults } from "../types.ts";
import type { PullReading } from "../world/readings.ts";
import type { PullState } from "../world/world-types.ts";

/** What resolvers have in common in one request. */
export interface GraphqlContext {
  readonly asking: Asking;
  readonly faults: Faults;
  /** One reading of a pull request serves all fields of one answer. */
  readonly readings: Map<PullState, Promise<PullReading>>;
  readonly rate: RateView;
}

export interface RateView {
  readonly limit: number;
  readonly cost: number;
  readonly remaining: number;
  readonly used: number;
  readonly nodeCount: number;
  /** Milliseconds since the epoch. */
  readonly resetAt: number;
}

/** How the asking token reads the pull request. */
export function readingOf(context: GraphqlContext, pull: PullState): Promise<PullReading> {
  const known = context.readings.get(pull);
  if (known !== undefined) return known;
  const { asking } = context;
  const reading = asking.world.readings.read(pull, { viewer: asking.viewer(pull.repository), asker: "graphql" });
  context.readings.set(pull, reading);
  return reading;
}
