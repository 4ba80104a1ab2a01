import { githubOperations } from "../install/installation-operations.ts";
import type { Operation } from "../operation.ts";
import { agentOperations } from "./agents.ts";
import { beadChangeOperations } from "./bead-changes.ts";
import { beadOperations } from "./beads.ts";
import { convoyOperations } from "./convoys.ts";
import { deadLetterOperations } from "./dead-letters.ts";
import { hookOperations } from "./hooks.ts";
import { installationOperations } from "./installation.ts";
import { logOperations } from "./log.ts";
import { mayorOperations } from "./mayor.ts";
import { moleculeOperations } from "./molecules.ts";
import { nudgeOperations } from "./nudges.ts";
import { pullForgeOperations } from "./pull-forge.ts";
import { pullWorkOperations } from "./pull-work.ts";
import { pullOperations } from "./pulls.ts";
import { questionOperations } from "./questions.ts";
import { removalOperations } from "./removals.ts";
import { replayOperations } from "./replay.ts";
import { rigOperations } from "./rigs.ts";
import { runtimeOperations } from "./runtime.ts";
import { safetyOperations } from "./safety.ts";
import { settingsOperations } from "./settings.ts";
import { terminalOperations } from "../terminal/terminal-operations.ts";
import { ticketOperations } from "../terminal/ticket-operations.ts";
import { tokenOperations } from "./tokens.ts";
import { townOperations } from "./towns.ts";

/** Every route of the API that takes a token, in reading order. */
export const operations: readonly Operation[] = [
  ...townOperations,
  ...rigOperations,
  ...settingsOperations,
  ...beadOperations,
  ...beadChangeOperations,
  ...convoyOperations,
  ...moleculeOperations,
  ...questionOperations,
  ...agentOperations,
  ...terminalOperations,
  ...ticketOperations,
  ...mayorOperations,
  ...nudgeOperations,
  ...pullOperations,
  ...pullForgeOperations,
  ...pullWorkOperations,
  ...safetyOperations,
  ...removalOperations,
  ...replayOperations,
  ...logOperations,
  ...githubOperations,
  ...hookOperations,
  ...deadLetterOperations,
  ...tokenOperations,
  ...runtimeOperations,
  ...installationOperations,
];
