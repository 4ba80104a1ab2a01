import { standstillOf } from "../standstill.ts";
import type { Obstacle } from "./index.ts";

/** A budget is used up, or a breaker is open. */
export const standstill: Obstacle = (snapshot, issue, now) => standstillOf(snapshot, issue, now);
