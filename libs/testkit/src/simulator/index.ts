export { properties } from "./properties.ts";
export { randomOf, type Random } from "./random.ts";
export { runHistory, type Violation } from "./run-history.ts";
export type {
  SimulatedAgent,
  SimulatedBead,
  SimulatedOrder,
  SimulatedReason,
  SimulatedTown,
  SimulatedVerdict,
  SimulatedView,
} from "./simulated-town.ts";
