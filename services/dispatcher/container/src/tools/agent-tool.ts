import type { Verdict } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import type { z } from "zod";
import type { AgentRun } from "../agents/agent-run.ts";
import type { RigCheckouts } from "../agents/rig-checkouts.ts";
import type { GitPlace } from "../git/run-git.ts";
import type { TownLink } from "../town-link.ts";

/** On whose behalf a tool works, and with what. */
export interface ToolContext {
  run: AgentRun;
  town: TownLink;
  /** The agent's own git, in its worktree. */
  git: GitPlace;
  /** The code a mayor can read. */
  checkouts: RigCheckouts;
  logger: Logger;
}

/** A tool agents are offered; its name follows the server's, so that `done` is called `gt_done`. */
export interface AgentTool {
  name: string;
  description: string;
  input: z.ZodObject;
  /** Answers a text for the model. Throws when the tool itself could not work. */
  call(args: unknown, context: ToolContext): Promise<string>;
}

interface ToolDefinition<Input extends z.ZodObject> {
  name: string;
  description: string;
  input: Input;
  call: (args: z.infer<Input>, context: ToolContext) => Promise<string>;
}

/** A tool whose arguments are checked by its own schema. */
export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): AgentTool {
  return { ...definition, call: (args, context) => definition.call(definition.input.parse(args), context) };
}

/** What a model is told of a verdict that is not `applied`. */
export function refusalText(verdict: Verdict): string {
  return `Refused (${verdict.code ?? verdict.outcome}): ${verdict.message ?? "no reason was given"}`;
}
