import type { Operation } from "../operation.ts";
import { agentOperations } from "./agents.ts";
import { beadChangeOperations } from "./bead-changes.ts";
import { beadOperations } from "./beads.ts";
import { installationOperations } from "./installation.ts";
import { logOperations } from "./log.ts";
import { pullOperations } from "./pulls.ts";
import { rigOperations } from "./rigs.ts";
import { tokenOperations } from "./tokens.ts";
import { townOperations } from "./towns.ts";

/** Every route of the API that takes a token, in reading order. */
export const operations: readonly Operation[] = [
  ...townOperations,
  ...rigOperations,
  ...beadOperations,
  ...beadChangeOperations,
  ...agentOperations,
  ...pullOperations,
  ...logOperations,
  ...tokenOperations,
  ...installationOperations,
];
